import { describe, expect, it } from 'vitest';

import { isIn } from './versions.mjs';

describe('the range of an advisory', () => {
  it.each([
    ['1.2.2', '<1.2.3', true],
    ['1.2.3', '<1.2.3', false],
    ['1.10.0', '<1.9.0', false],
    ['7.0.4', '<6.0.6 || >=7.0.0 <7.0.5', true],
    ['6.0.6', '<6.0.6 || >=7.0.0 <7.0.5', false],
    ['2.0.1', '>=1.0.0 <=2.0.1', true],
    ['2.0.2', '>=1.0.0, <=2.0.1', false],
    ['3.0.0-beta.1', '>= 3.0.0 < 3.1.0', true],
    ['5.0.0', '*', true],
    ['4.5.6', '4.5.6', true],
  ])('%s in %s: %s', (version, range, isAffected) => {
    expect(isIn(version, range)).toBe(isAffected);
  });

  it('that cannot be read is a fault, and holds nothing back unseen', () => {
    expect(() => isIn('1.0.0', 'whatever')).toThrow();
  });
});
