import { withQuery } from '../../shared/page.ts';
import { fields, list, moment, nullable, orNull, text } from '../../shared/read.ts';
import { ask, segment, send } from '../api.ts';

/** A part of a list, and where the next one begins. */
export interface Part<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Something that somebody did. */
export interface Entry {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly who: string | null;
  readonly role: string | null;
  readonly ticket: string | null;
  readonly reason: string | null;
  readonly about: string | null;
  /** Our own number of the installation; 0 for none. */
  readonly tenant: string | null;
}

export interface Taken {
  readonly id: string;
  readonly tenant: string;
  readonly by: string | null;
  readonly at: string;
  readonly deleteBy: string;
  readonly deletedAt: string | null;
  readonly isOverdue: boolean;
}

function readPart<Item>(body: unknown, read: (value: unknown) => Item): Part<Item> {
  const part = fields(body);
  return { items: list(part.items).map(read), next: orNull(part.nextCursor, text) };
}

function readEntry(value: unknown): Entry {
  const entry = fields(value);
  return {
    id: text(entry.sequence ?? entry.id),
    at: moment(entry.at),
    kind: text(entry.kind),
    who: orNull(entry.who, text),
    role: orNull(entry.role, text),
    ticket: orNull(entry.ticket, text),
    reason: orNull(entry.reason, text),
    about: orNull(entry.about, text),
    tenant: orNull(entry.tenant, text),
  };
}

function readTaken(value: unknown): Taken {
  const taken = fields(value);
  return {
    id: text(taken.id),
    tenant: text(taken.tenant),
    by: nullable(taken.by, text),
    at: moment(taken.at),
    deleteBy: moment(taken.deleteBy),
    deletedAt: nullable(taken.deletedAt, moment),
    isOverdue: taken.isOverdue === true,
  };
}

export function loadAudit(tenant: string | null, cursor: string | null, stop: AbortSignal): Promise<Part<Entry>> {
  const path = withQuery('/audit', { tenant, cursor });
  return ask({ method: 'GET', path }, (body) => readPart(body, readEntry), stop);
}

export function loadReviews(cursor: string | null, stop: AbortSignal): Promise<Part<Entry>> {
  return ask({ method: 'GET', path: withQuery('/reviews', { cursor }) }, (body) => readPart(body, readEntry), stop);
}

export async function review(id: string, remark: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'POST', path: `/reviews/${segment(id)}`, body: { remark } }, stop);
}

export function loadDownloads(onlyOpen: boolean, cursor: string | null, stop: AbortSignal): Promise<Part<Taken>> {
  const path = withQuery('/downloads', { open: onlyOpen ? 'true' : null, cursor });
  return ask({ method: 'GET', path }, (body) => readPart(body, readTaken), stop);
}

export async function confirmDeleted(id: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'POST', path: `/downloads/${segment(id)}/deleted` }, stop);
}
