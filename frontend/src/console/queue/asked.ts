/** What the queue is asked for. All of it is in the address. */
export const FILTERS = ['severity', 'priority', 'product', 'assignee', 'privacy', 'snoozed', 'tenant'] as const;
export type Filter = (typeof FILTERS)[number];

export const STATES = ['received', 'triaged', 'waiting', 'solved', 'closed'] as const;
export type State = (typeof STATES)[number];
export const OPEN: readonly State[] = ['received', 'triaged', 'waiting'];
export const DEFAULT_SORT = 'age';
const OVERDUE_SORT = 'due';
export const SEARCH_LETTERS = { least: 3, most: 100 };

/** Which states are looked at: one, those that are open, or all. */
export type View = State | 'open' | 'all';
export const VIEWS: readonly View[] = ['open', ...STATES, 'all'];

export function viewOf(query: URLSearchParams): View {
  return VIEWS.find((view) => view === query.get('state')) ?? 'open';
}

/** Whether only those are looked at whose first answer is late: a view of its own, whatever their states. */
export function isOverdue(query: URLSearchParams): boolean {
  return query.has('overdue');
}

/** Where the tab of a view leads: it is left together with what it brought along. */
export function viewAddress(query: URLSearchParams, view: View): URLSearchParams {
  const sort = isOverdue(query) && query.get('sort') === OVERDUE_SORT ? { sort: null } : {};
  return changed(query, { state: view === 'open' ? null : view, overdue: null, ...sort });
}

export function overdueAddress(query: URLSearchParams): URLSearchParams {
  return changed(query, { overdue: 'true', state: null, sort: OVERDUE_SORT });
}

/**
 * What is not set in the address is left to the service, but for the states: what is over is not shown unless asked for. Whoever
 * searches wants to find it all the same.
 */
export function askedOf(query: URLSearchParams): URLSearchParams {
  const asked = new URLSearchParams();
  const view = query.has('q') && !query.has('state') ? 'all' : viewOf(query);
  if (view !== 'all') {
    asked.set('state', view === 'open' ? OPEN.join(',') : view);
  }
  for (const name of [...FILTERS, 'overdue', 'sort', 'cursor', 'q']) {
    const value = query.get(name);
    if (value !== null && value !== '') {
      asked.set(name, value);
    }
  }
  return asked;
}

/** The filters alone: how many there are of each state does not depend on which is looked at. */
export function countedOf(query: URLSearchParams): URLSearchParams {
  const asked = askedOf(query);
  ['state', 'overdue', 'sort', 'cursor', 'q'].forEach((name) => asked.delete(name));
  return asked;
}

/** The address with something changed. Another choice begins at the first page. */
export function changed(query: URLSearchParams, changes: Readonly<Record<string, string | null>>): URLSearchParams {
  const next = new URLSearchParams(query);
  next.delete('cursor');
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') {
      next.delete(name);
    } else {
      next.set(name, value);
    }
  }
  return next;
}

export function hasFilters(query: URLSearchParams): boolean {
  return FILTERS.some((name) => query.has(name));
}

/** A whole number of a ticket, as it may be read out on the telephone; nothing for any other text. */
export function numberIn(text: string): string | null {
  const plain = text.trim().toUpperCase();
  const found = /^([2-9B-DF-HJ-NP-TV-Z]{4})-?([2-9B-DF-HJ-NP-TV-Z]{4})$/.exec(plain);
  return found === null ? null : `${found[1]}-${found[2]}`;
}

export function isSearchable(text: string): boolean {
  const letters = [...text.trim()].length;
  return letters >= SEARCH_LETTERS.least && letters <= SEARCH_LETTERS.most;
}

/** How many there are of what a view shows. */
export function countOf(view: View, states: Readonly<Record<string, number>>): number {
  const shown = view === 'all' ? STATES : view === 'open' ? OPEN : [view];
  return shown.reduce((sum, state) => sum + (states[state] ?? 0), 0);
}
