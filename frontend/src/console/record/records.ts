import { withQuery } from '../../shared/page.ts';
import { fields, list, moment, nullable, orNull, text } from '../../shared/read.ts';
import { ask, segment, send } from '../api.ts';
import type { Told, Wire, WithNull } from '../../shared/wire.ts';

/** A part of a list, and where the next one begins. */
export interface Part<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Something that somebody did. */
export type Entry = Omit<WithNull<Told<'AuditEntry'>>, 'sequence'> & {
  readonly id: string;
  /** Our own number of the installation; 0 for none. */
  readonly tenant: string | null;
};

export type Taken = Told<'Download'>;

function readPart<Item>(body: unknown, read: (value: unknown) => Item): Part<Item> {
  const part = fields<Told<'AuditPage'>>(body);
  return { items: list(part.items).map(read), next: orNull(part.nextCursor, text) };
}

function readEntry(value: unknown): Entry {
  const entry = fields<Told<'AuditEntry'> & Told<'Review'>>(value);
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
  const taken = fields<Taken>(value);
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
  await send({ method: 'POST', path: `/reviews/${segment(id)}`, body: { remark } satisfies Wire<'ReviewRemark'> }, stop);
}

export function loadDownloads(onlyOpen: boolean, cursor: string | null, stop: AbortSignal): Promise<Part<Taken>> {
  const path = withQuery('/downloads', { open: onlyOpen ? 'true' : null, cursor });
  return ask({ method: 'GET', path }, (body) => readPart(body, readTaken), stop);
}

export async function confirmDeleted(id: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'POST', path: `/downloads/${segment(id)}/deleted` }, stop);
}
