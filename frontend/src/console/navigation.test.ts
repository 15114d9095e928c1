import { expect, it } from 'vitest';

import { withLanguage } from './navigation.ts';

it('takes the chosen language along, and leaves what is asked for as it is', () => {
  expect(withLanguage(new URLSearchParams('sort=-age'), '?lang=de&q=x').toString()).toBe('sort=-age&lang=de');
  expect(withLanguage(new URLSearchParams('lang=en'), '?lang=de').toString()).toBe('lang=en');
  expect(withLanguage(undefined, '').toString()).toBe('');
});
