import type { Route, Section } from '../route.ts';
import type { Permission } from '../session.ts';

export type Shown = Section | 'home';

const NEEDS: readonly (readonly [Shown, Permission])[] = [
  ['home', 'staff: queue'],
  ['downloads', 'staff: downloads'],
  ['replies', 'staff: replies'],
  ['reviews', 'staff: reviews'],
  ['audit', 'staff: audit'],
  ['tenants', 'staff: tenants'],
  ['due', 'staff: tenants'],
  ['jobs', 'staff: jobs'],
  ['staff', 'staff: accounts'],
];

type May = (permission: Permission) => boolean;

/** What somebody may see, in the order of the list; the first of it is where they begin. */
export function sectionsFor(may: May): readonly Shown[] {
  return NEEDS.filter(([, permission]) => may(permission)).map(([section]) => section);
}

/** Which section a place belongs to; nothing where it is none of these. */
export function inSection(route: Route, sections: readonly Shown[]): Shown | null {
  const named = route.page === 'ticket' ? 'home' : route.page === 'tenant' ? 'tenants' : route.page;
  if (named === 'home' && route.page === 'home') {
    return sections[0] ?? null;
  }
  return named !== 'unknown' && sections.includes(named) ? named : null;
}
