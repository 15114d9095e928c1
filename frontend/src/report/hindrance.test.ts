import { expect, test } from 'vitest';

import { arrived } from '../shared/load.ts';
import { emptyDraft } from './draft.ts';
import { hasForm, type Hindrance, hindranceOf } from './hindrance.ts';

const TAKEN = { rule: 'allow', isPaused: false, isAnonymous: false };
const told = (changes: Partial<typeof TAKEN>) => hindranceOf(arrived({ ...TAKEN, ...changes }));

test('what hinders most is told, and nothing where nothing does', () => {
  expect(told({})).toBeNull();
  expect(told({ rule: 'approve' })).toBe('approve');
  expect(told({ rule: 'approve', isPaused: true })).toBe('paused');
  expect(told({ rule: 'forbid', isPaused: true })).toBe('forbid');
  expect(told({ rule: 'forbid', isAnonymous: true })).toBe('anonymous');
  expect(told({ rule: 'a rule of a newer service' })).toBeNull();
});

test('a question that failed, or has no answer yet, hides no form', () => {
  const nothing = [hindranceOf({ state: 'loading' }), hindranceOf({ state: 'failed', failure: { kind: 'network' } })];
  expect(nothing).toEqual([null, null]);
  expect(hasForm(null, emptyDraft(''))).toBe(true);
});

test('where nothing can be sent there is no form, unless somebody has begun to write', () => {
  for (const hindrance of ['anonymous', 'forbid', 'paused'] satisfies Hindrance[]) {
    expect(hasForm(hindrance, emptyDraft('?errorId=abc'))).toBe(false);
    expect(hasForm(hindrance, { ...emptyDraft(''), description: 'It hangs' })).toBe(true);
  }
  expect(hasForm('approve', emptyDraft(''))).toBe(true);
});
