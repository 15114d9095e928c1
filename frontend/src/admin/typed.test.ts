import { describe, expect, it } from 'vitest';

import { without } from './typed.ts';

describe('what was typed while a form was on its way', () => {
  it('is what differs from what was sent', () => {
    expect(without({ terms: 'a', tier: 'full' }, { terms: 'a b', tier: 'full' })).toEqual({ terms: 'a b' });
  });

  it('is nothing where everything was sent', () => {
    expect(without({ terms: 'a' }, { terms: 'a' })).toEqual({});
  });
});
