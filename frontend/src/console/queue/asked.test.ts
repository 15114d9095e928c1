import { describe, expect, it } from 'vitest';

import { askedOf, changed, countedOf, countOf, isSearchable, numberIn, viewOf } from './asked.ts';

const query = (text: string) => new URLSearchParams(text);

describe('an address', () => {
  it('asks for what is open unless it says otherwise', () => {
    expect(askedOf(query('')).toString()).toBe('state=received%2Ctriaged%2Cwaiting');
    expect(askedOf(query('state=closed')).toString()).toBe('state=closed');
    expect(askedOf(query('state=all')).toString()).toBe('');
    expect(viewOf(query('state=nonsense'))).toBe('open');
  });

  it('searches in all states unless it says otherwise', () => {
    expect(askedOf(query('q=export')).toString()).toBe('q=export');
    expect(askedOf(query('q=export&state=closed')).toString()).toBe('state=closed&q=export');
  });

  it('passes filters, order and place on, and nothing else', () => {
    const asked = askedOf(query('state=all&severity=high&sort=-age&cursor=1.2&lang=de&assignee='));
    expect(asked.toString()).toBe('severity=high&sort=-age&cursor=1.2');
    expect(countedOf(query('severity=high&state=closed&sort=-age&cursor=1.2')).toString()).toBe('severity=high');
  });

  it('begins anew when something else is chosen', () => {
    const before = query('severity=high&cursor=1.2&lang=de');
    expect(changed(before, { severity: null, product: 'jira' }).toString()).toBe('lang=de&product=jira');
    expect(before.has('cursor')).toBe(true);
  });
});

it.each([
  ['7KQX-M2PD', '7KQX-M2PD'],
  [' 7kqxm2pd ', '7KQX-M2PD'],
  ['7KQX-M2P', null],
  ['AEIO-1111', null],
  ['export hangs', null],
])('%j has the number %s', (text, number) => {
  expect(numberIn(text)).toBe(number);
});

it('searches for three letters at least', () => {
  expect(['ab', ' ab ', 'abc', 'a'.repeat(101)].map(isSearchable)).toEqual([false, false, true, false]);
});

it('counts what a view shows', () => {
  const states = { received: 1, triaged: 2, waiting: 4, solved: 8, closed: 16 };
  expect(['open', 'solved', 'all'].map((view) => countOf(view as 'open', states))).toEqual([7, 8, 31]);
});
