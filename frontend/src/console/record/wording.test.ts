import { expect, it } from 'vitest';

import { isFaultless, unknownPlaceholder, wordingFaults } from './wording.ts';

const PLACEHOLDERS = ['number', 'product', 'agent'];

it('names the first word in braces that nothing is filled in for', () => {
  expect(unknownPlaceholder('{agent} looks at {it} and {that}', PLACEHOLDERS)).toBe('it');
  expect(unknownPlaceholder('{agent} looks at {number', PLACEHOLDERS)).toBeNull();
  expect(unknownPlaceholder('{}', PLACEHOLDERS)).toBe('');
});

it('finds what the service would refuse', () => {
  const right = { title: 'Looking', language: 'en', body: '{agent} looks at it.', after: null };
  expect(isFaultless(wordingFaults(right, PLACEHOLDERS))).toBe(true);
  expect(wordingFaults({ ...right, title: ' ' }, PLACEHOLDERS).title).toBe(true);
  expect(wordingFaults({ ...right, title: 'a'.repeat(101) }, PLACEHOLDERS).title).toBe(true);
  expect(wordingFaults({ ...right, body: 'a'.repeat(8_001) }, PLACEHOLDERS).body).toBe(true);
  expect(isFaultless(wordingFaults({ ...right, body: '{it}' }, PLACEHOLDERS))).toBe(false);
});
