import { describe, expect, it } from 'vitest';

import { namesHost, siteHost } from './siteHost.ts';

describe('the host of a site', () => {
  it.each([
    ['https://acme.atlassian.net', 'acme.atlassian.net'],
    ['https://acme.atlassian.net/wiki', 'acme.atlassian.net'],
    ['http://127.0.0.1:8081', '127.0.0.1:8081'],
    ['no address', 'no address'],
  ])('of %s is %s', (site, host) => {
    expect(siteHost(site)).toBe(host);
  });

  it('is named by whoever types it, in letters of any size, and by nothing else', () => {
    expect(namesHost(' ACME.atlassian.net ', 'acme.atlassian.net')).toBe(true);
    for (const typed of ['', 'acme', 'acme.atlassian.net/', 'another.atlassian.net']) {
      expect(namesHost(typed, 'acme.atlassian.net')).toBe(false);
    }
  });
});
