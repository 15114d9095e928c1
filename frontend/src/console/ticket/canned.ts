import { fields, list, moment, nullable, text } from '../../shared/read.ts';
import { ask, segment, send } from '../api.ts';
import type { Told } from '../../shared/wire.ts';

/** The vendor's own wording for answers that are given often. */
export type Canned = Told<'CannedReply'>;

export type CannedList = Told<'CannedReplies'>;

function readCanned(value: unknown): Canned {
  const canned = fields<Canned>(value);
  return {
    id: text(canned.id),
    title: text(canned.title),
    language: text(canned.language),
    body: text(canned.body),
    updatedAt: moment(canned.updatedAt),
    after: nullable(canned.after, text),
  };
}

export function loadCanned(stop: AbortSignal): Promise<CannedList> {
  const read = (body: unknown): CannedList => {
    const { items, placeholders } = fields<CannedList>(body);
    return { items: list(items).map(readCanned), placeholders: list(placeholders).map(text) };
  };
  return ask({ method: 'GET', path: '/replies' }, read, stop);
}

/** What to say, and what it brings about. */
export type Filled = Pick<Told<'FilledReply'>, 'text' | 'after'>;

/** One with its placeholders filled in for a ticket. */
export function loadFilled(number: string, id: string, stop: AbortSignal): Promise<Filled> {
  const path = `/tickets/${segment(number)}/replies/${segment(id)}`;
  const read = (body: unknown): Filled => {
    const filled = fields<Told<'FilledReply'>>(body);
    return { text: text(filled.text), after: nullable(filled.after, text) };
  };
  return ask({ method: 'GET', path }, read, stop);
}

export type Wording = Pick<Canned, 'title' | 'language' | 'body' | 'after'>;

/** Another wording of one that stands, or a new one without an id. */
export function saveCanned(id: string | null, wording: Wording, stop: AbortSignal): Promise<Canned> {
  return ask({ method: 'PUT', path: `/replies/${segment(id ?? 'new')}`, body: wording }, readCanned, stop);
}

export async function deleteCanned(id: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'DELETE', path: `/replies/${segment(id)}` }, stop);
}
