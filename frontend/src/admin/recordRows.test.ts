import { expect, it } from 'vitest';

import type { StoredRecord } from '../shared/records.ts';
import { en } from '../shared/words/en.ts';
import { recordRowsOf } from './recordRows.ts';

const RECORDED = '2026-11-22T10:00:00Z';
const SOON = '2026-12-01T00:00:00Z';
const LATER = '2027-01-21T10:00:00Z';

const RECORD: StoredRecord = {
  class: 'operation',
  kind: 'issue_copy',
  subject: 'DEMO-1',
  recordedAt: RECORDED,
  expiresAt: LATER,
  bytes: 12,
};

it('names what a record is', () => {
  expect(recordRowsOf([RECORD], null, en)[0]).toMatchObject({ name: 'Operation data', kind: 'issue copy', subject: 'DEMO-1' });
});

it('knows when a record goes: on its own date, or with the data of the site when that is earlier', () => {
  const goes = (dueAt: string | null, record = RECORD) => recordRowsOf([record], dueAt, en)[0]?.goes;
  expect(goes(null)).toEqual({ at: LATER });
  expect(goes(SOON)).toEqual({ at: SOON });
  expect(goes(null, { ...RECORD, class: 'account', expiresAt: null })).toBe('while-installed');
  expect(goes(SOON, { ...RECORD, class: 'order', expiresAt: null })).toBe('no-date');
});

it('tells records apart that look the same', () => {
  expect(new Set(recordRowsOf([RECORD, RECORD], null, en).map((row) => row.id)).size).toBe(2);
});
