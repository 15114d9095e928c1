import { fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';

import type { ClassSummary } from '../shared/summary.ts';
import { draw } from '../testing/draw.tsx';
import { showWide } from '../testing/width.ts';
import { StoredData } from './StoredData.tsx';

const ACCOUNT = { class: 'account', records: 1, bytes: 90_000, oldestAt: '2026-01-02T10:00:00Z', nextExpiryAt: null, kinds: {} };
const OPERATION = {
  class: 'operation',
  records: 30,
  bytes: 1200,
  oldestAt: '2026-03-02T10:00:00Z',
  nextExpiryAt: '2099-01-01T10:00:00Z',
  kinds: { webhook: 28, issue_copy: 2 },
};
const CLASSES: readonly ClassSummary[] = [OPERATION, ACCOUNT];

const names = () => screen.getAllByRole('row').slice(1).map((row) => within(row).getAllByRole('cell')[0]?.textContent ?? '');

describe('in a wide frame', () => {
  beforeEach(() => showWide(true));

  it('is a table of every class with its counts and dates', () => {
    draw(<StoredData classes={CLASSES} dueAt={null} />);
    const table = screen.getByRole('table', { name: 'Stored data by class' });
    const heads = within(table).getAllByRole('columnheader').map((head) => head.textContent);
    expect(heads).toEqual(['Data', 'Records', 'Size', 'Oldest record', 'Next deletion']);
    const [operation = '', account = ''] = within(table).getAllByRole('row').slice(1).map((row) => row.textContent);
    expect(operation).toContain('Operation data');
    expect(operation).toContain('1.2 kB');
    expect(operation).toContain('1 Jan 2099');
    expect(account).toContain('No date while the app is installed');
  });

  it('is sorted by the number, and not by how it is written', () => {
    draw(<StoredData classes={CLASSES} dueAt={null} />);
    fireEvent.click(screen.getByRole('button', { name: /^Size/ }));
    const once = names();
    fireEvent.click(screen.getByRole('button', { name: /^Size/ }));
    const twice = names();
    expect(once[0]).toContain('Operation data');
    expect(twice[0]).toContain('Account data');
  });
});

it('is a card for each class in a narrow frame', () => {
  showWide(false);
  draw(<StoredData classes={CLASSES} dueAt={null} />);
  expect(screen.queryByRole('table')).toBeNull();
  expect(screen.getAllByRole('heading', { level: 3 }).map((heading) => heading.textContent)).toEqual([
    'What goes next',
    'Operation data',
    'Account data',
  ]);
});

it('has one dot for each class with a date, the soonest first, and all of them where everything goes', () => {
  showWide(true);
  const dates = () => within(screen.getByRole('list', { name: 'What goes next' })).getAllByRole('listitem').map((item) => item.textContent);
  const { unmount } = draw(<StoredData classes={CLASSES} dueAt={null} />);
  expect(dates()).toHaveLength(1);
  unmount();
  draw(<StoredData classes={CLASSES} dueAt="2098-06-01T10:00:00Z" />);
  expect(dates().every((text) => text?.includes('1 Jun 2098'))).toBe(true);
  expect(dates()).toHaveLength(2);
});

it('says so where nothing is stored', () => {
  draw(<StoredData classes={[{ ...ACCOUNT, records: 0 }]} dueAt={null} />);
  expect(screen.getByText(/^Nothing is stored/)).toBeTruthy();
  expect(screen.queryByRole('list')).toBeNull();
});
