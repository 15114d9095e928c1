import { describe, expect, it } from 'vitest';

import { deedOf, type Pressed, rowAfter } from './keys.ts';

const pressed = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...more,
});

describe('a key', () => {
  it.each([
    ['j', 'next'],
    ['k', 'previous'],
    ['a', 'assign'],
    ['c', 'close'],
    ['/', 'search'],
    ['?', 'keys'],
    ['r', 'reload'],
    ['u', 'back'],
    ['x', null],
    ['Enter', null],
    ['constructor', null],
  ])('%s means %s', (key, deed) => {
    expect(deedOf(pressed(key), false)).toBe(deed);
  });

  it('means nothing to somebody who writes', () => {
    expect(deedOf(pressed('c'), true)).toBeNull();
  });

  it('means nothing beside a key of the system', () => {
    expect(deedOf(pressed('r', { ctrlKey: true }), false)).toBeNull();
    expect(deedOf(pressed('c', { metaKey: true }), false)).toBeNull();
    expect(deedOf(pressed('a', { altKey: true }), false)).toBeNull();
  });

  it('that is held moves along the list, and closes nothing', () => {
    expect(deedOf(pressed('j', { repeat: true }), false)).toBe('next');
    expect(deedOf(pressed('c', { repeat: true }), false)).toBeNull();
  });
});

it('moves along the rows and stays at either end', () => {
  expect(rowAfter(-1, 1, 3)).toBe(0);
  expect(rowAfter(0, 1, 3)).toBe(1);
  expect(rowAfter(2, 1, 3)).toBe(2);
  expect(rowAfter(0, -1, 3)).toBe(0);
  expect(rowAfter(-1, 1, 0)).toBe(-1);
});
