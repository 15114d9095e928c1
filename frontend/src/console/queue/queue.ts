import { count, fields, list, moment, nullable, orNull, text } from '../../shared/read.ts';
import { ask } from '../api.ts';
import type { Told } from '../../shared/wire.ts';

/** A ticket as it is listed. */
export type Listed = Told<'QueueTicket'>;

export interface Queue {
  readonly items: readonly Listed[];
  readonly next: string | null;
}

export type Found = Told<'FoundTicket'>;

export interface Search {
  readonly items: readonly Found[];
  /** How many tickets were looked at. */
  readonly searched: Told<'FoundTickets'>['searched'];
  readonly next: string | null;
}

function readListed(value: unknown): Listed {
  const listed = fields<Listed>(value);
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
    snoozedUntil: nullable(listed.snoozedUntil, moment),
    dueAt: nullable(listed.dueAt, moment),
    isOverdue: listed.isOverdue === true,
  };
}

export function readQueue(body: unknown): Queue {
  const queue = fields<Told<'Queue'>>(body);
  return { items: list(queue.items).map(readListed), next: orNull(queue.nextCursor, text) };
}

/** How many tickets there are of each state, and how many of all wait for a first answer that is late. */
export type Counts = Told<'TicketCounts'>;

export function readCounts(body: unknown): Counts {
  const counts = fields<Counts>(body);
  const states = Object.entries(fields(counts.states)).map(([state, number]) => [state, count(number)] as const);
  return { states: Object.fromEntries(states), overdue: count(counts.overdue) };
}

export function readSearch(body: unknown): Search {
  const search = fields<Told<'FoundTickets'>>(body);
  const found = (value: unknown): Found => {
    const item = fields<Found>(value);
    return { number: text(item.number), state: text(item.state), place: text(item.place) };
  };
  return { items: list(search.items).map(found), searched: count(search.searched), next: orNull(search.nextCursor, text) };
}

export function loadQueue(asked: string, stop: AbortSignal): Promise<Queue> {
  return ask({ method: 'GET', path: `/tickets?${asked}` }, readQueue, stop);
}

export function loadCounts(asked: string, stop: AbortSignal): Promise<Counts> {
  return ask({ method: 'GET', path: `/counts?${asked}` }, readCounts, stop);
}

export function loadSearch(asked: string, stop: AbortSignal): Promise<Search> {
  return ask({ method: 'GET', path: `/search?${asked}` }, readSearch, stop);
}
