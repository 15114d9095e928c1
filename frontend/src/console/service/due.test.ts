import { expect, it } from 'vitest';

import { barsOf, type Due, kindsIn, piecesOf, WORK } from './due.ts';

const DUE: Due = {
  now: '2026-11-28T20:00:00Z',
  until: '2026-12-01T20:00:00Z',
  overdue: {},
  days: [
    { day: '2026-11-28', due: { notices: 1, operation: 7 } },
    { day: '2026-12-01', due: { erasures: 2, notices: 1 } },
  ],
};

it('has a bar for every day, also for those on which nothing is due', () => {
  const bars = barsOf(DUE, (what) => WORK.includes(what));
  expect(bars.map(({ day, total }) => [day, total])).toEqual([
    ['2026-11-28', 1],
    ['2026-11-29', 0],
    ['2026-11-30', 0],
    ['2026-12-01', 3],
  ]);
  expect(kindsIn(bars)).toEqual(['erasures', 'notices']);
});

it('shows what is asked for alone', () => {
  const bars = barsOf(DUE, (what) => !WORK.includes(what));
  expect(bars[0]).toEqual({ day: '2026-11-28', amounts: { operation: 7 }, total: 7 });
  expect(bars[3]?.total).toBe(0);
});

it('puts the pieces of a bar on each other, and leaves the smallest to be seen', () => {
  const bar = { day: '2026-12-01', amounts: { erasures: 1000, notices: 1 }, total: 1001 };
  expect(piecesOf(bar, ['ends', 'erasures', 'notices'], 1000, 100)).toEqual([
    { kind: 'erasures', height: 100, below: 0 },
    { kind: 'notices', height: 2, below: 100 },
  ]);
});
