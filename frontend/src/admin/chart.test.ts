import { describe, expect, it } from 'vitest';

import { chartOf } from './chart.ts';
import type { Row } from './rows.ts';

const NOW = new Date('2027-01-01T00:00:00Z');

function row(id: string, goes: Row['goes']): Row {
  return { id, name: id, about: null, records: 1, bytes: 1, kinds: [], oldestAt: null, goes };
}

describe('the picture of what goes when', () => {
  it('is not drawn where nothing has a date', () => {
    expect(chartOf([row('account', 'while-installed'), row('session', 'nothing-stored')], NOW)).toBeNull();
  });

  it('has the soonest first, and ends with the last', () => {
    const chart = chartOf([row('b', { at: '2027-01-11T00:00:00Z' }), row('a', { at: '2027-01-06T00:00:00Z' })], NOW);
    expect(chart?.bars.map(({ id, percent }) => [id, percent])).toEqual([
      ['a', 50],
      ['b', 100],
    ]);
    expect(chart?.until).toBe('2027-01-11T00:00:00Z');
  });

  it('shows also what is overdue', () => {
    const chart = chartOf([row('a', { at: '2026-12-31T00:00:00Z' }), row('b', { at: '2027-02-01T00:00:00Z' })], NOW);
    expect(chart?.bars[0]?.percent).toBeGreaterThan(0);
  });
});
