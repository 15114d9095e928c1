import { describe, expect, it } from 'vitest';

import type { Permission } from '../session.ts';
import { inSection, sectionsFor } from './sections.ts';

const may = (...permissions: Permission[]) => (permission: Permission) => permissions.includes(permission);
const lead = sectionsFor(
  may('staff: queue', 'staff: ticket', 'staff: replies', 'staff: downloads', 'staff: reviews', 'staff: audit', 'staff: accounts'),
);
const operator = sectionsFor(may('staff: accounts', 'staff: manage accounts', 'staff: tenants', 'staff: jobs'));

describe('a role', () => {
  it('sees the sections that it may use, and no others', () => {
    expect(lead).toEqual(['home', 'downloads', 'replies', 'reviews', 'audit', 'staff']);
    expect(operator).toEqual(['tenants', 'due', 'jobs', 'staff']);
  });

  it('begins with its first section', () => {
    expect(inSection({ page: 'home' }, lead)).toBe('home');
    expect(inSection({ page: 'home' }, operator)).toBe('tenants');
    expect(inSection({ page: 'home' }, [])).toBeNull();
  });

  it('gets no page of another one', () => {
    expect(inSection({ page: 'ticket', number: '7KQX-M2PD' }, lead)).toBe('home');
    expect(inSection({ page: 'ticket', number: '7KQX-M2PD' }, operator)).toBeNull();
    expect(inSection({ page: 'tenant', id: '7' }, operator)).toBe('tenants');
    expect(inSection({ page: 'jobs' }, lead)).toBeNull();
    expect(inSection({ page: 'unknown' }, lead)).toBeNull();
  });
});
