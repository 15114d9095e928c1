import { expect, it } from 'vitest';

import { attachmentNumber, replyFileNumber, stepsFrom, tagsOf, TEXT_MOST, textFault } from './steps.ts';

it('offers what is possible, and nothing for what is over', () => {
  expect(stepsFrom('received')).toEqual(['triage', 'ask', 'solve', 'close']);
  expect(stepsFrom('solved')).toEqual(['reopen', 'close']);
  expect(stepsFrom('closed')).toEqual([]);
  expect(stepsFrom('of a newer service')).toEqual([]);
});

it.each([
  ['', []],
  [' login , export,login,', ['login', 'export']],
  ['a'.repeat(40), ['a'.repeat(40)]],
  ['a'.repeat(41), null],
  ['1,2,3,4,5,6,7,8,9,10,11', null],
])('%j are the tags %j', (typed, tags) => {
  expect(tagsOf(typed)).toEqual(tags);
});

it('says what is wrong with a text', () => {
  expect(textFault('  ')).toBe('textMissing');
  expect(textFault('a'.repeat(TEXT_MOST))).toBeNull();
  expect(textFault('a'.repeat(TEXT_MOST + 1))).toBe('textLong');
});

it('counts files', () => {
  expect(attachmentNumber('attachment-2')).toBe('2');
  expect(attachmentNumber('report')).toBeNull();
  expect(attachmentNumber('reply-file-2')).toBeNull();
  expect(replyFileNumber('reply-file-12')).toBe('12');
  expect(replyFileNumber('attachment-1')).toBeNull();
});
