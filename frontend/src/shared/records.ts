import { get } from './client.ts';
import { type Page, readPage, withQuery } from './page.ts';
import { count, fields, moment, nullable, text } from './read.ts';
import type { Told } from './wire.ts';

/** One stored record: what it is, but not what is in it. */
export type StoredRecord = Told<'Record'>;

function readRecord(value: unknown): StoredRecord {
  const record = fields<StoredRecord>(value);
  return {
    class: text(record.class),
    kind: text(record.kind),
    subject: nullable(record.subject, text),
    recordedAt: moment(record.recordedAt),
    expiresAt: nullable(record.expiresAt, moment),
    bytes: count(record.bytes),
  };
}

export function readRecords(body: unknown): Page<StoredRecord> {
  return readPage(body, 'records', readRecord);
}

/** The records of one data class, or of all. */
export function loadRecords(
  dataClass: string | null,
  cursor: string | null,
  token: string,
  stop: AbortSignal,
): Promise<Page<StoredRecord>> {
  const path = withQuery('/api/v1/data/records', { class: dataClass, cursor });
  return get(path, token, readRecords, stop);
}
