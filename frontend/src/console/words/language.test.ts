import { describe, expect, it } from 'vitest';

import { localeFor, preferred } from './language.ts';

describe('how numbers and dates are written', () => {
  it('is the way of the place that the browser names for the language', () => {
    expect(localeFor('en', ['de-AT', 'en-GB', 'en'])).toBe('en-GB');
    expect(localeFor('de', ['de-AT', 'en-GB'])).toBe('de-AT');
  });

  it('is that of the language where the browser names no place for it', () => {
    expect(localeFor('de', ['en-US', 'deu'])).toBe('de');
    expect(preferred(['fr', 'en-US'])).toBe('en');
  });
});
