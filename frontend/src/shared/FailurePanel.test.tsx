import { fireEvent, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { draw } from '../testing/draw.tsx';
import { standInProduct } from '../testing/product.ts';
import type { Failure } from './failure.ts';
import { FailurePanel } from './FailurePanel.tsx';

const refused = (status: number, code: string): Failure => ({
  kind: 'refused',
  status,
  code,
  title: 'A sentence of the service.',
  detail: null,
  requestId: 'abc123',
  retryAfterSeconds: null,
});

function panel(failure: Failure) {
  const onRetry = vi.fn();
  draw(<FailurePanel failure={failure} isRetrying={false} onRetry={onRetry} headingLevel="h3" />);
  return onRetry;
}

it('a fault of the service can be tried again, and be reported with the id of its request', () => {
  const dialogs = standInProduct();
  const onRetry = panel(refused(500, 'internal'));
  expect(screen.getByRole('heading', { level: 3, name: 'Something went wrong in the app' })).toBeTruthy();
  expect(screen.getByText('abc123')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(onRetry).toHaveBeenCalledOnce();
  fireEvent.click(screen.getByRole('button', { name: 'Report this problem' }));
  expect(dialogs.map(({ customData }) => customData)).toEqual([{ errorId: 'abc123' }]);
});

it('whoever is no administrator is told so, and has nothing to try again or to report', () => {
  standInProduct();
  panel(refused(403, 'admin_required'));
  expect(screen.getByText('Only administrators can see this')).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

it('without a product that could open the page for reports, none is offered', () => {
  panel(refused(500, 'internal'));
  expect(screen.getAllByRole('button').map((button) => button.textContent)).toEqual(['Try again']);
});

it('a lost connection names no request', () => {
  panel({ kind: 'network' });
  expect(screen.getByRole('alert').textContent).toContain('The app could not be reached');
  expect(screen.queryByText('Request id:')).toBeNull();
});
