import { fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';

import { drawInConsole } from '../../testing/draw.tsx';
import { showWide } from '../../testing/width.ts';
import type { Job } from './jobs.ts';
import { JobsTable } from './JobsTable.tsx';

const DEAD: Job = {
  id: '7',
  kind: 'notice',
  tenant: '12',
  runAt: '2026-11-22T10:00:00Z',
  leaseUntil: null,
  attempts: 12,
  lastError: 'the mail server closed the connection',
  createdAt: '2026-11-21T10:00:00Z',
  isHeld: false,
};

beforeEach(() => showWide(true));

it('whoever may try jobs again does so for one by its name', () => {
  const onRetry = vi.fn();
  drawInConsole(<JobsTable title="Failed" none="None" of="dead" jobs={[DEAD]} onRetry={onRetry} />, { may: ['staff: retry jobs'] });
  const row = within(screen.getByRole('table', { name: 'Failed' })).getAllByRole('row')[1];
  expect(row?.textContent).toContain('the mail server closed the connection');
  fireEvent.click(screen.getByRole('button', { name: /^Try again: .*7/ }));
  expect(onRetry).toHaveBeenCalledWith('7');
});

it('whoever may not has no button for it', () => {
  drawInConsole(<JobsTable title="Failed" none="None" of="dead" jobs={[DEAD]} onRetry={vi.fn()} />);
  expect(screen.getByRole('table', { name: 'Failed' })).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

it('in a narrow window each job is a card with the same facts', () => {
  showWide(false);
  drawInConsole(<JobsTable title="Failed" none="None" of="dead" jobs={[DEAD]} />);
  expect(screen.queryByRole('table')).toBeNull();
  const card = within(screen.getByRole('list', { name: 'Failed' })).getByRole('listitem');
  expect(card.textContent).toContain('the mail server closed the connection');
});

it('a list without a job says so', () => {
  drawInConsole(<JobsTable title="Failed" none="Nothing has failed" of="dead" jobs={[]} />);
  expect(screen.getByText('Nothing has failed')).toBeTruthy();
});
