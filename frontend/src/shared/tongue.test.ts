import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { followTongue, type Tongue, tongueOf } from './tongue.ts';

describe('the language of a page', () => {
  it.each<[readonly string[], Tongue]>([
    [['de-AT', 'en'], { language: 'de', locale: 'de-AT' }],
    [['de_DE'], { language: 'de', locale: 'de-DE' }],
    [['fr-FR', 'en-GB'], { language: 'en', locale: 'en-GB' }],
    [['fr'], { language: 'en', locale: 'en' }],
    [['', 'no tag at all', 'DE'], { language: 'de', locale: 'de' }],
    [['den'], { language: 'en', locale: 'en' }],
  ])('of %j is %j', (tags, tongue) => {
    expect(tongueOf(tags)).toEqual(tongue);
  });
});

describe('a page', () => {
  const spoken: string[] = [];
  const speak = (tongue: Tongue) => spoken.push(tongue.locale);
  let answer: (locale: string) => void = () => {};

  function openIn(host: object | undefined, ...browser: readonly string[]) {
    vi.stubGlobal('navigator', { languages: browser });
    vi.stubGlobal('window', { AP: host, setTimeout: (run: () => void, after: number) => setTimeout(run, after) });
  }

  beforeEach(() => {
    vi.useFakeTimers();
    spoken.length = 0;
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('speaks the language that its user has chosen in the product, and asks no other', async () => {
    openIn({ user: { getLocale: (take: (locale: string) => void) => take('de_DE') } }, 'en-GB');
    await followTongue(speak);
    expect(spoken).toEqual(['de-DE']);
  });

  it('follows the browser in a product that does not know the question', async () => {
    openIn({ user: {} }, 'fr', 'de-CH');
    await followTongue(speak);
    openIn(undefined, 'en-GB');
    await followTongue(speak);
    expect(spoken).toEqual(['de-CH', 'en-GB']);
  });

  it('does not wait for a product that is slow, and follows it when it has answered', async () => {
    openIn({ user: { getLocale: (take: (locale: string) => void) => (answer = take) } }, 'en-GB');
    const following = followTongue(speak);
    await vi.runAllTimersAsync();
    expect(spoken).toEqual(['en-GB']);
    answer('de_DE');
    await following;
    expect(spoken).toEqual(['en-GB', 'de-DE']);
  });
});
