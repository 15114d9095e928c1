import { fireEvent, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { drawInConsole } from '../../testing/draw.tsx';
import { FailureBox } from './FailureBox.tsx';

const REFUSED = { kind: 'refused', title: null, detail: null, requestId: 'abc123', retryAfterSeconds: null } as const;

it('a fault of the service can be tried again, and names its request', () => {
  const onRetry = vi.fn();
  drawInConsole(<FailureBox failure={{ ...REFUSED, status: 503, code: 'unavailable' }} headingLevel="h2" onRetry={onRetry} />);
  expect(screen.getByRole('heading', { level: 2, name: 'The service cannot answer right now' })).toBeTruthy();
  expect(screen.getByText('abc123')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(onRetry).toHaveBeenCalledOnce();
});

it('beside the button that was used there is no second one', () => {
  drawInConsole(<FailureBox failure={{ kind: 'network' }} headingLevel="h3" />);
  expect(screen.getByRole('alert').textContent).toContain('The service could not be reached');
  expect(screen.queryByRole('button')).toBeNull();
});
