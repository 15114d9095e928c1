import { describe, expect, it } from 'vitest';

import { LoadError } from './failure.ts';
import { readReportsTaken } from './reportsTaken.ts';
import { readSession } from './session.ts';
import { readSummary } from './summary.ts';

const SESSION = {
  state: 'active',
  accountId: null,
  product: 'jira',
  appKey: 'kept',
  site: 'https://example.atlassian.net',
  since: '2026-11-22T10:00:00Z',
  dueAt: null,
  reason: null,
  contactState: 'set',
  location: { en: 'Roubaix, France', de: 'Roubaix, Frankreich' },
};

const CLASS = {
  class: 'operation',
  records: 3,
  bytes: 1200,
  oldestAt: '2026-11-22T10:00:00Z',
  nextExpiryAt: '2026-11-29T10:00:00Z',
  kinds: { webhook: 3 },
};

describe('a session', () => {
  it('is read as it was sent', () => {
    expect(readSession(SESSION)).toEqual(SESSION);
  });

  it('is refused without a time, or with one that is none', () => {
    expect(() => readSession({ ...SESSION, since: undefined })).toThrow(LoadError);
    expect(() => readSession({ ...SESSION, dueAt: 'soon' })).toThrow(LoadError);
  });

  it('is refused without a word about the contact, or with an unknown one', () => {
    expect(() => readSession({ ...SESSION, contactState: undefined })).toThrow(LoadError);
    expect(() => readSession({ ...SESSION, contactState: 'perhaps' })).toThrow(LoadError);
  });
});

describe('what becomes of a report', () => {
  const taken = { rule: 'approve', isPaused: false, isAnonymous: true };

  it('is read as it was sent', () => {
    expect(readReportsTaken(taken)).toEqual(taken);
  });

  it('is refused without a rule', () => {
    expect(() => readReportsTaken({ ...taken, rule: undefined })).toThrow(LoadError);
  });
});

describe('a summary', () => {
  it('is read as it was sent', () => {
    expect(readSummary({ classes: [CLASS] })).toEqual([CLASS]);
  });

  it.each([
    ['no list', {}],
    ['nothing', null],
    ['a count in words', { classes: [{ ...CLASS, records: 'many' }] }],
    ['a missing count', { classes: [{ ...CLASS, bytes: undefined }] }],
    ['a negative count', { classes: [{ ...CLASS, records: -1 }] }],
    ['half a record', { classes: [{ ...CLASS, kinds: { webhook: 0.5 } }] }],
  ])('is refused with %s, rather than shown with a wrong number', (_what, body) => {
    expect(() => readSummary(body)).toThrow(LoadError);
  });
});
