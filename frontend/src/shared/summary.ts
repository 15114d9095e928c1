import { get } from './client.ts';
import { count, fields, list, moment, orNull, text } from './read.ts';

/** What is stored of one data class. */
export interface ClassSummary {
  readonly class: string;
  readonly records: number;
  readonly bytes: number;
  readonly oldestAt: string | null;
  readonly nextExpiryAt: string | null;
  readonly kinds: Readonly<Record<string, number>>;
}

function readKinds(value: unknown): Record<string, number> {
  return Object.fromEntries(Object.entries(fields(value)).map(([kind, records]) => [kind, count(records)]));
}

function readClass(value: unknown): ClassSummary {
  const summary = fields(value);
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
  return list(fields(body).classes).map(readClass);
}

export function loadSummary(token: string, stop: AbortSignal): Promise<readonly ClassSummary[]> {
  return get('/api/v1/data/summary', token, readSummary, stop);
}
