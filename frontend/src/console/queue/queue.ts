import { count, fields, list, moment, nullable, orNull, text } from '../../shared/read.ts';
import { ask } from '../api.ts';

/** A ticket as it is listed. */
export interface Listed {
  readonly number: string;
  readonly state: string;
  readonly severity: string;
  readonly priority: string;
  readonly product: string;
  readonly tenant: string;
  readonly assignee: string | null;
  readonly isPrivacy: boolean;
  readonly isMerged: boolean;
  readonly email: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly goesAt: string;
}

export interface Queue {
  readonly items: readonly Listed[];
  readonly next: string | null;
}

export interface Found {
  readonly number: string;
  readonly state: string;
  /** What it was found by. */
  readonly place: string;
}

export interface Search {
  readonly items: readonly Found[];
  /** How many tickets were looked at. */
  readonly searched: number;
  readonly next: string | null;
}

function readListed(value: unknown): Listed {
  const listed = fields(value);
  return {
    number: text(listed.number),
    state: text(listed.state),
    severity: text(listed.severity),
    priority: text(listed.priority),
    product: text(listed.product),
    tenant: text(listed.tenant),
    assignee: nullable(listed.assignee, text),
    isPrivacy: listed.isPrivacy === true,
    isMerged: listed.isMerged === true,
    email: text(listed.email),
    createdAt: moment(listed.createdAt),
    updatedAt: moment(listed.updatedAt),
    goesAt: moment(listed.goesAt),
  };
}

export function readQueue(body: unknown): Queue {
  const queue = fields(body);
  return { items: list(queue.items).map(readListed), next: orNull(queue.nextCursor, text) };
}

export function readCounts(body: unknown): Readonly<Record<string, number>> {
  const states = fields(fields(body).states);
  return Object.fromEntries(Object.entries(states).map(([state, number]) => [state, count(number)]));
}

export function readSearch(body: unknown): Search {
  const search = fields(body);
  const found = (value: unknown): Found => {
    const item = fields(value);
    return { number: text(item.number), state: text(item.state), place: text(item.place) };
  };
  return { items: list(search.items).map(found), searched: count(search.searched), next: orNull(search.nextCursor, text) };
}

export function loadQueue(asked: string, stop: AbortSignal): Promise<Queue> {
  return ask({ method: 'GET', path: `/tickets?${asked}` }, readQueue, stop);
}

export function loadCounts(asked: string, stop: AbortSignal): Promise<Readonly<Record<string, number>>> {
  return ask({ method: 'GET', path: `/counts?${asked}` }, readCounts, stop);
}

export function loadSearch(asked: string, stop: AbortSignal): Promise<Search> {
  return ask({ method: 'GET', path: `/search?${asked}` }, readSearch, stop);
}
