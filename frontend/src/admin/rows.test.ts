import { describe, expect, it } from 'vitest';

import type { ClassSummary } from '../shared/summary.ts';
import { en } from '../shared/words/en.ts';
import { isEmpty, rowsOf } from './rows.ts';

const SOON = '2026-12-01T00:00:00Z';
const LATER = '2027-01-21T10:00:00Z';

function summary(changes: Partial<ClassSummary>): ClassSummary {
  return { class: 'operation', records: 3, bytes: 10, oldestAt: null, nextExpiryAt: null, kinds: {}, ...changes };
}

function goes(changes: Partial<ClassSummary>, dueAt: string | null) {
  return rowsOf([summary(changes)], dueAt, en)[0]?.goes;
}

describe('when data goes next', () => {
  it('is the next expiry of a record', () => {
    expect(goes({ nextExpiryAt: SOON }, null)).toEqual({ at: SOON });
  });

  it('is the earlier of that and the day on which the data of the site goes', () => {
    expect(goes({ nextExpiryAt: SOON }, LATER)).toEqual({ at: SOON });
    expect(goes({ nextExpiryAt: LATER }, SOON)).toEqual({ at: SOON });
    expect(goes({}, LATER)).toEqual({ at: LATER });
  });

  it('does not follow the site for data that counts from a clock of its own', () => {
    expect(goes({ class: 'order', nextExpiryAt: LATER }, SOON)).toEqual({ at: LATER });
    expect(goes({ class: 'order' }, SOON)).toBe('no-date');
  });

  it('is in words when no date is known', () => {
    expect(goes({}, null)).toBe('while-installed');
    expect(goes({ records: 0 }, LATER)).toBe('nothing-stored');
  });
});

it('names the kinds that have records', () => {
  const [row] = rowsOf([summary({ kinds: { webhook: 2, issue_copy: 1, trace: 0 } })], null, en);
  expect(row?.kinds).toEqual([
    { name: 'event of the product', records: 2 },
    { name: 'issue copy', records: 1 },
  ]);
});

it('shows a class that it does not know under its own name', () => {
  expect(rowsOf([summary({ class: 'new-class' })], null, en)[0]).toMatchObject({ name: 'new-class', about: null });
});

it('is empty when no class has a record', () => {
  expect(isEmpty([])).toBe(true);
  expect(isEmpty([summary({ records: 0 })])).toBe(true);
  expect(isEmpty([summary({ records: 0 }), summary({})])).toBe(false);
});
