import { expect, it } from 'vitest';

import { withoutToken } from './address.ts';
import { underBase } from './base.ts';
import { themeAddresses } from './host/heldThemes.ts';

it('takes the token out of the address, and nothing else', () => {
  expect(withoutToken('https://kept.example/p/app/admin?xdm_e=https%3A%2F%2Fa.net&jwt=a.b.c&cp=#top')).toBe(
    'https://kept.example/p/app/admin?xdm_e=https%3A%2F%2Fa.net&cp=#top',
  );
});

it.each([
  ['', '/api/v1/session'],
  ['/', '/api/v1/session'],
  ['/some/prefix', '/some/prefix/api/v1/session'],
  ['/some/prefix/', '/some/prefix/api/v1/session'],
])('puts a path under the base %j', (base, path) => {
  expect(underBase(base, '/api/v1/session')).toBe(path);
});

it('finds the themes beside all.js', () => {
  const addresses = themeAddresses('https://connect-cdn.atl-paas.net/all.js');
  expect(addresses).toContain('https://connect-cdn.atl-paas.net/themes/atlaskit-tokens_dark.css');
});
