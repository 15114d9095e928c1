import { expect, it } from 'vitest';

import { isReason } from './reason.ts';

it.each([
  ['the log names an error of this page', true],
  ['  ab1  ', true],
  ['', false],
  ['  ', false],
  ['?!', false],
  ['ab', false],
  ['a\nbc', false],
  ['😀'.repeat(500), false],
  ['ä'.repeat(500), true],
  ['ä'.repeat(501), false],
])('%j as a reason: %s', (text, isOne) => {
  expect(isReason(text)).toBe(isOne);
});
