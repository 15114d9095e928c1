import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { arrived } from '../../shared/load.ts';
import { drawInConsole } from '../../testing/draw.tsx';
import { ViewTabs } from './ViewTabs.tsx';

const COUNTS = { states: { received: 1, triaged: 2, waiting: 4, solved: 8, closed: 16 }, overdue: 3 };

const tabs = (query: string, overdue = COUNTS.overdue) =>
  drawInConsole(<ViewTabs counts={arrived({ ...COUNTS, overdue })} />, { query });

const queryOf = (name: RegExp) => new URL(screen.getByRole('link', { name }).getAttribute('href') ?? '', 'https://example.com').search;
const current = () => screen.getAllByRole('link').filter((tab) => tab.hasAttribute('aria-current')).map((tab) => tab.textContent);

it('each state has how many tickets it has, and the one that is looked at is marked', () => {
  tabs('state=closed');
  expect(screen.getAllByRole('link').map((tab) => tab.textContent)).toEqual([
    'Open7',
    'New1',
    'In work2',
    'Waiting for reporter4',
    'Solved8',
    'Closed16',
    'All31',
    'Answer late3',
  ]);
  expect(current()).toEqual(['Closed16']);
});

it('late answers are a view of their own, and every other tab leaves it', () => {
  tabs('overdue=true&sort=due&severity=high');
  expect(current()).toEqual(['Answer late3']);
  expect(queryOf(/^Closed/)).toBe('?severity=high&state=closed');
  expect(queryOf(/^Open/)).toBe('?severity=high');
});

it('an order that somebody chose stays', () => {
  tabs('sort=-severity');
  expect(queryOf(/^Closed/)).toBe('?sort=-severity&state=closed');
  expect(queryOf(/^Answer late/)).toBe('?sort=due&overdue=true');
});

it('without late answers there is no tab for them, unless they are what is looked at', () => {
  const { unmount } = tabs('', 0);
  expect(screen.queryByText('Answer late')).toBeNull();
  unmount();
  tabs('overdue=true', 0);
  expect(current()).toEqual(['Answer late0']);
});
