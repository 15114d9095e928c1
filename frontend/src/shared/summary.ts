import { get } from './client.ts';
import { count, fields, list, moment, orNull, text } from './read.ts';
import type { Told } from './wire.ts';

/** What is stored of one data class. */
export type ClassSummary = Told<'ClassSummary'>;

function readKinds(value: unknown): Record<string, number> {
  return Object.fromEntries(Object.entries(fields(value)).map(([kind, records]) => [kind, count(records)]));
}

function readClass(value: unknown): ClassSummary {
  const summary = fields<ClassSummary>(value);
  return {
    class: text(summary.class),
    records: count(summary.records),
    bytes: count(summary.bytes),
    oldestAt: orNull(summary.oldestAt, moment),
    nextExpiryAt: orNull(summary.nextExpiryAt, moment),
    kinds: orNull(summary.kinds, readKinds) ?? {},
  };
}

export function readSummary(body: unknown): readonly ClassSummary[] {
  return list(fields<Told<'DataSummary'>>(body).classes).map(readClass);
}

export function loadSummary(token: string, stop: AbortSignal): Promise<readonly ClassSummary[]> {
  return get('/api/v1/data/summary', token, readSummary, stop);
}
