import { describe, expect, it } from 'vitest';

import { readDueAt, readPreview } from './erasure.ts';
import { LoadError } from './failure.ts';
import { withQuery } from './page.ts';
import { readRecords } from './records.ts';
import { readTimeline } from './timeline.ts';

const AT = '2026-11-22T10:00:00Z';
const RECORD = { class: 'operation', kind: 'issue_copy', subject: 'DEMO-1', recordedAt: AT, expiresAt: null, bytes: 12 };
const EVENT = { id: '7', at: AT, kind: 'suspected', detail: 'lapsed' };
const PREVIEW = { classes: [{ class: 'operation', records: 3 }], dueAt: AT, confirmation: 'abc' };

function without(whole: Readonly<Record<string, unknown>>, member: string): Record<string, unknown> {
  return { ...whole, [member]: undefined };
}

describe('records', () => {
  it('are read as they were sent, without what this page does not know', () => {
    const body = { records: [{ ...RECORD, newer: 1 }], next: 'c2', newer: 2 };
    expect(readRecords(body)).toEqual({ items: [RECORD], next: 'c2' });
  });

  it.each(Object.keys(RECORD))('are refused when one has no %s', (member) => {
    expect(() => readRecords({ records: [without(RECORD, member)], next: null })).toThrow(LoadError);
  });

  it('are refused when it is not said whether there are more', () => {
    expect(() => readRecords({ records: [] })).toThrow(LoadError);
  });
});

describe('a timeline', () => {
  it('is read as it was sent, with kinds that this page does not know', () => {
    const body = {
      events: [EVENT, { ...EVENT, kind: 'newer' }],
      upcoming: [{ at: AT, kind: 'erasure' }],
      ifUninstalled: [{ at: AT, kind: 'backups_gone' }],
      next: null,
    };
    const { events, ...others } = body;
    expect(readTimeline(body)).toEqual({ items: events, ...others });
  });

  it.each(Object.keys(EVENT))('is refused when an event has no %s', (member) => {
    expect(() => readTimeline({ events: [without(EVENT, member)], upcoming: [], next: null })).toThrow(LoadError);
  });

  it('is refused without what is coming', () => {
    expect(() => readTimeline({ events: [], next: null })).toThrow(LoadError);
  });
});

describe('a preview of an erasure', () => {
  it('is read as it was sent', () => {
    expect(readPreview(PREVIEW)).toEqual(PREVIEW);
  });

  it.each(Object.keys(PREVIEW))('is refused without %s', (member) => {
    expect(() => readPreview(without(PREVIEW, member))).toThrow(LoadError);
  });

  it('is followed by a date, or refused', () => {
    expect(readDueAt({ dueAt: AT })).toBe(AT);
    expect(() => readDueAt({})).toThrow(LoadError);
  });
});

it('asks only for what has a value', () => {
  expect(withQuery('/x', { class: null, cursor: null })).toBe('/x');
  expect(withQuery('/x', { class: 'operation', cursor: 'a+b/c=' })).toBe('/x?class=operation&cursor=a%2Bb%2Fc%3D');
});
