import { expect, it } from 'vitest';

import { catalogue, counted, wordFor } from './catalogue.ts';

it('takes the form that the number needs', () => {
  const forms = { one: '# ticket', other: '# tickets' };
  expect([0, 1, 2].map((number) => counted('en', number, forms))).toEqual(['0 tickets', '1 ticket', '2 tickets']);
  expect(counted('de', 1234, { one: '# Ticket', other: '# Tickets' })).toBe('1.234 Tickets');
});

it('shows a word that it does not know as it came, and nothing of its own objects', () => {
  expect(wordFor({ closed: 'Closed' }, 'closed')).toBe('Closed');
  expect(wordFor({ closed: 'Closed' }, 'put_away')).toBe('put away');
  expect(wordFor({}, 'constructor')).toBe('constructor');
});

it('does not pass the check of types with a message that is missing, too much, or takes something else', () => {
  const english = { open: 'Open', found: (number: number) => `${number} found`, states: { closed: 'Closed' } };
  const german = { open: 'Offen', found: (number: number) => `${number} gefunden`, states: { closed: 'Geschlossen' } };
  expect(catalogue(english, german).de.found(2)).toBe('2 gefunden');
  // @ts-expect-error A message is missing.
  catalogue(english, { open: 'Offen', found: german.found, states: {} });
  // @ts-expect-error There is one too many.
  catalogue(english, { ...german, states: { closed: 'Geschlossen', gone: 'Weg' } });
  // @ts-expect-error It takes something else.
  catalogue(english, { ...german, found: (text: string) => text.trim() });
});
