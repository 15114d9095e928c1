import { expect, it } from 'vitest';

import { isMaskable, readMasked } from './mask.ts';

it.each([
  ['', false],
  ['ab', false],
  [' a b ', false],
  ['abc', true],
  ['x'.repeat(500), true],
  ['x'.repeat(501), false],
])('%j can be masked: %j', (text, can) => {
  expect(isMaskable(text)).toBe(can);
});

it('reads what was masked, and what could not be looked into', () => {
  expect(readMasked({ places: 3, pictures: 1 })).toEqual({ places: 3, pictures: 1 });
  expect(() => readMasked({ places: 'many' })).toThrow();
});
