import { describe, expect, it } from 'vitest';

import { readAccessLog } from './accessLog.ts';
import { LoadError } from './failure.ts';
import { readMaskTest } from './maskTest.ts';
import { readDetails, readSiteReports } from './siteReports.ts';
import { readStatement } from './statement.ts';

const AT = '2027-01-01T00:00:00Z';
const REPORT = { id: '1', number: 'K-1', state: 'received', severity: 'high', createdAt: AT, closedAt: null, deletedOn: AT, approval: 'waiting' };

describe('the access log', () => {
  it('is read with what is there of an entry', () => {
    const entry = { sequence: '7', at: AT, kind: 'bundle_opened', who: 'Ada', reason: 'To find the cause' };
    const read = { ...entry, role: null, ticket: null, about: null };
    expect(readAccessLog({ items: [entry] })).toEqual({ items: [read], next: null });
  });

  it('is refused when an entry has no time', () => {
    expect(() => readAccessLog({ items: [{ sequence: '7', kind: 'replied' }] })).toThrow(LoadError);
  });
});

describe('reports of the site', () => {
  it('go on where the service says', () => {
    expect(readSiteReports({ reports: [REPORT], nextCursor: '5' })).toEqual({ items: [REPORT], next: '5' });
  });

  it.each(['number', 'state', 'deletedOn'])('are refused without their %s', (member) => {
    expect(() => readSiteReports({ reports: [{ ...REPORT, [member]: undefined }] })).toThrow(LoadError);
  });

  it('have no messages for whoever may not read them', () => {
    expect(readDetails({ items: 2, bytes: 70 })).toEqual({
      items: 2,
      bytes: 70,
      approval: null,
      decided: null,
      messages: null,
      parts: null,
    });
  });

  it('say who decided as far as that is told', () => {
    const decided = { at: AT, byYou: false };
    expect(readDetails({ items: 0, bytes: 0, approval: 'refused', decided }).decided).toEqual({ ...decided, by: null });
  });
});

describe('the statement', () => {
  it('may have no version in the archive', () => {
    expect(readStatement({ effectiveAt: AT })).toEqual({ effectiveAt: AT, number: null, newest: null });
  });

  it('takes a change for one that matters unless the service says no', () => {
    const words = { en: { what: 'Backups' }, de: { what: 'Sicherungen' } };
    const newest = { number: 2, effectiveAt: AT, inForce: true, changes: [{ text: 'days', words }, { text: 'typo', words, material: false }] };
    const read = readStatement({ effectiveAt: AT, newest }).newest;
    expect(read?.changes?.map((change) => change.material)).toEqual([true, false]);
  });
});

describe('a test of terms', () => {
  it('is refused without a count', () => {
    expect(() => readMaskTest({ text: 'x' })).toThrow(LoadError);
  });
});
