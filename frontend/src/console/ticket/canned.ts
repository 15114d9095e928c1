import { fields, list, moment, text } from '../../shared/read.ts';
import { ask, segment, send } from '../api.ts';

/** The vendor's own wording for answers that are given often. */
export interface Canned {
  readonly id: string;
  readonly title: string;
  readonly language: string;
  readonly body: string;
  readonly updatedAt: string;
}

export interface CannedList {
  readonly items: readonly Canned[];
  /** What may stand in braces in a body. */
  readonly placeholders: readonly string[];
}

function readCanned(value: unknown): Canned {
  const canned = fields(value);
  return {
    id: text(canned.id),
    title: text(canned.title),
    language: text(canned.language),
    body: text(canned.body),
    updatedAt: moment(canned.updatedAt),
  };
}

export function loadCanned(stop: AbortSignal): Promise<CannedList> {
  const read = (body: unknown): CannedList => {
    const { items, placeholders } = fields(body);
    return { items: list(items).map(readCanned), placeholders: list(placeholders).map(text) };
  };
  return ask({ method: 'GET', path: '/replies' }, read, stop);
}

/** One with its placeholders filled in for a ticket. */
export function loadFilled(number: string, id: string, stop: AbortSignal): Promise<string> {
  const path = `/tickets/${segment(number)}/replies/${segment(id)}`;
  return ask({ method: 'GET', path }, (body) => text(fields(body).text), stop);
}

export type Wording = Pick<Canned, 'title' | 'language' | 'body'>;

/** Another wording of one that stands, or a new one without an id. */
export function saveCanned(id: string | null, wording: Wording, stop: AbortSignal): Promise<Canned> {
  return ask({ method: 'PUT', path: `/replies/${segment(id ?? 'new')}`, body: wording }, readCanned, stop);
}

export async function deleteCanned(id: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'DELETE', path: `/replies/${segment(id)}` }, stop);
}
