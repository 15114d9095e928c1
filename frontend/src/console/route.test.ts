import { expect, it } from 'vitest';

import { routeOf, tenantPath, ticketPath, withoutBase } from './route.ts';

it.each([
  ['/console', { page: 'home' }],
  ['/console/', { page: 'home' }],
  ['/console/tickets/7kqx-m2pd', { page: 'ticket', number: '7KQX-M2PD' }],
  ['/console/tenants/12', { page: 'tenant', id: '12' }],
  ['/console/tenants', { page: 'tenants' }],
  ['/console/jobs', { page: 'jobs' }],
  ['/console/jobs/12', { page: 'unknown' }],
  ['/console/tickets', { page: 'unknown' }],
  ['/console/tickets/%E0%A4%A', { page: 'unknown' }],
  ['/elsewhere', { page: 'unknown' }],
])('%s leads to its place', (path, route) => {
  expect(routeOf(path)).toEqual(route);
});

it('reads the paths that it writes', () => {
  expect(routeOf(ticketPath('A/B'))).toEqual({ page: 'ticket', number: 'A/B' });
  expect(routeOf(tenantPath('7'))).toEqual({ page: 'tenant', id: '7' });
});

it('takes the prefix of the service off, and nothing else', () => {
  expect(withoutBase('/apps/kept/console/jobs', '/apps/kept')).toBe('/console/jobs');
  expect(withoutBase('/console', '')).toBe('/console');
  expect(withoutBase('/apps/kept-not/console', '/apps/kept')).toBe('/apps/kept-not/console');
});
