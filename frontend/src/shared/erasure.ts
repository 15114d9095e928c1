import { ask, tell } from './client.ts';
import { count, fields, list, moment, text } from './read.ts';
import type { Told, Wire } from './wire.ts';

/** What an early erasure would delete, and the word that has to come back to ask for exactly that. */
export type ErasurePreview = Told<'ErasurePreview'>;

const PATH = '/api/v1/data/erasure';

function readClass(value: unknown): ErasurePreview['classes'][number] {
  const entry = fields<ErasurePreview['classes'][number]>(value);
  return { class: text(entry.class), records: count(entry.records) };
}

export function readPreview(body: unknown): ErasurePreview {
  const preview = fields<ErasurePreview>(body);
  return {
    classes: list(preview.classes).map(readClass),
    dueAt: moment(preview.dueAt),
    confirmation: text(preview.confirmation),
  };
}

/** When the data goes that was asked to go. */
export function readDueAt(body: unknown): string {
  return moment(fields<Told<'ErasureAsked'>>(body).dueAt);
}

export function previewErasure(token: string, stop: AbortSignal): Promise<ErasurePreview> {
  return ask({ method: 'POST', path: PATH, body: { preview: true } satisfies Wire<'ErasureWish'> }, token, readPreview, stop);
}

export function askForErasure(confirmation: string, token: string, stop: AbortSignal): Promise<string> {
  return ask({ method: 'POST', path: PATH, body: { confirmation } satisfies Wire<'ErasureWish'> }, token, readDueAt, stop);
}

export function undoErasure(token: string, stop: AbortSignal): Promise<void> {
  return tell({ method: 'DELETE', path: PATH }, token, stop);
}
