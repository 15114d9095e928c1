/** A place of the console, as its address says. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'ticket'; readonly number: string }
  | { readonly page: 'tenant'; readonly id: string }
  | { readonly page: Section }
  | { readonly page: 'unknown' };

export const SECTIONS = ['replies', 'downloads', 'reviews', 'audit', 'staff', 'tenants', 'due', 'jobs'] as const;
export type Section = (typeof SECTIONS)[number];

export const HOME = '/console';

export function ticketPath(number: string): string {
  return `${HOME}/tickets/${encodeURIComponent(number)}`;
}

export function tenantPath(id: string): string {
  return `${HOME}/tenants/${encodeURIComponent(id)}`;
}

export function sectionPath(section: Section): string {
  return `${HOME}/${section}`;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The place of a path, which has the service's own prefix taken off already. */
export function routeOf(path: string): Route {
  const [, console, first, second, ...rest] = path.replace(/\/+$/, '').split('/');
  if (console !== 'console' || rest.length > 0) {
    return { page: 'unknown' };
  }
  if (first === undefined) {
    return { page: 'home' };
  }
  const name = second === undefined ? null : decoded(second);
  if (first === 'tickets' && name !== null) {
    return { page: 'ticket', number: name.toUpperCase() };
  }
  if (first === 'tenants' && name !== null) {
    return { page: 'tenant', id: name };
  }
  const section = second === undefined ? SECTIONS.find((section) => section === first) : undefined;
  return section === undefined ? { page: 'unknown' } : { page: section };
}

/** A path without the prefix that the service stands under. */
export function withoutBase(path: string, base: string): string {
  const prefix = base.replace(/\/+$/, '');
  return prefix !== '' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}
