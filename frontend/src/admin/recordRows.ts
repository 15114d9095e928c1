import { className, kindName } from '../shared/names.ts';
import type { StoredRecord } from '../shared/records.ts';
import type { SharedWords } from '../shared/words/words.ts';
import { type Goes, goesAt } from './rows.ts';

/** One record, as the table and the cards show it. */
export interface RecordRow {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly subject: string | null;
  readonly recordedAt: string;
  readonly bytes: number;
  readonly goes: Goes;
}

/** Records have no id of their own here; their place in the list is one, because the list only grows at its end. */
export function recordRowsOf(
  records: readonly StoredRecord[],
  dueAt: string | null,
  words: SharedWords,
): readonly RecordRow[] {
  return records.map((record, index) => ({
    id: String(index),
    name: className(record.class, words).name,
    kind: kindName(record.kind, words),
    subject: record.subject,
    recordedAt: record.recordedAt,
    bytes: record.bytes,
    goes: goesAt(record.class, record.expiresAt, dueAt),
  }));
}
