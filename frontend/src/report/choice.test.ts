import { describe, expect, it } from 'vitest';

import type { PreviewItem } from '../shared/items.ts';
import type { Preview } from '../shared/reports.ts';
import { isAddress, type Contact, isSent, kept, notAgreed, ReportKey, reportOf } from './choice.ts';

function item(name: string, needsConsent = false, sha256 = ''): PreviewItem {
  return { name, class: 'support', media: 'application/json', bytes: 2, sha256, masked: [], needsConsent, maskedLaterAt: null, content: 'e30=' };
}

const PREVIEW: Preview = {
  tier: 'full',
  freshUntil: '2026-11-28T13:00:00Z',
  statementVersion: 3,
  items: [item('report'), item('versions'), item('issue', true)],
  missing: [],
  unmatched: [],
  previewToken: 'token',
  needsApproval: false,
  knownProblem: null,
};

const CONTACT: Contact = {
  email: ' ada@example.com ',
  language: 'en',
  forAdministrators: false,
  forExperts: false,
  isFollowing: true,
  isPrivacy: false,
};

function names(switches: Record<string, boolean>) {
  return reportOf(PREVIEW, switches, CONTACT).items.map(({ name }) => name);
}

describe('what is sent', () => {
  it('is what was shown, less what needs a consent that nobody gave', () => {
    expect(names({})).toEqual(['report', 'versions']);
    expect(reportOf(PREVIEW, {}, CONTACT).consents).toEqual([]);
  });

  it('is with its consent what was agreed to', () => {
    expect(names({ issue: true })).toEqual(['report', 'versions', 'issue']);
    expect(reportOf(PREVIEW, { issue: true }, CONTACT).consents).toEqual(['issue']);
  });

  it('is without what was switched off, and never without the report itself', () => {
    expect(names({ report: false, versions: false })).toEqual(['report']);
  });

  it('follows a known problem where there is one, and the user wants that', () => {
    const known = { ...PREVIEW, knownProblem: { text: 'We mend it.', since: '2026-11-28T12:00:00Z' } };
    expect(reportOf(PREVIEW, {}, CONTACT).follow).toBe(false);
    expect(reportOf(known, {}, CONTACT).follow).toBe(true);
    expect(reportOf(known, {}, { ...CONTACT, isFollowing: false }).follow).toBe(false);
  });

  it('has the bytes of the preview and its token', () => {
    const report = reportOf(PREVIEW, {}, CONTACT);
    expect(report.items[0]).toEqual({ name: 'report', content: 'e30=' });
    expect(report).toMatchObject({ previewToken: 'token', email: 'ada@example.com', privacy: false });
  });

  it('names who else may read it', () => {
    const contact = { ...CONTACT, forAdministrators: true, forExperts: true };
    expect(reportOf(PREVIEW, { issue: true }, contact).consents).toEqual(['issue', 'administrators', 'experts']);
  });
});

describe('what was agreed to', () => {
  const of = (...items: PreviewItem[]): Preview => ({ ...PREVIEW, items });
  const log = (at: number, sha256 = 'log') => item(`attachment-${at}`, true, sha256);

  it('stays agreed to in a new preview while it is the same, and what was switched off stays off', () => {
    const switches = kept({ versions: false, 'attachment-1': true }, of(item('versions'), log(1)), of(item('versions'), log(1)));
    expect(isSent(item('versions'), switches)).toBe(false);
    expect(isSent(log(1), switches)).toBe(true);
  });

  it('is asked for anew where something else stands in its place', () => {
    const switches = kept({ 'attachment-1': true }, of(log(1)), of(log(1, 'other')));
    expect(isSent(log(1, 'other'), switches)).toBe(false);
  });

  it('is asked for anew under another statement', () => {
    const now = { ...of(log(1)), statementVersion: PREVIEW.statementVersion + 1 };
    expect(isSent(log(1), kept({ 'attachment-1': true }, of(log(1)), now))).toBe(false);
  });

  it('follows a file to another place, and nothing else', () => {
    const before = of(log(1, 'first'), log(2), item('issue', true, 'same'));
    const switches = kept({ 'attachment-2': true, issue: true }, before, of(log(1), item('records', true, 'same')));
    expect(isSent(log(1), switches)).toBe(true);
    expect(isSent(item('records', true, 'same'), switches)).toBe(false);
  });

  it('tells two files with the same bytes apart', () => {
    const both = of(log(1), log(2));
    const switches = kept({ 'attachment-1': true }, both, both);
    expect([log(1), log(2)].map((file) => isSent(file, switches))).toEqual([true, false]);
  });

  it('is told from what nobody has agreed to yet', () => {
    const items = [item('report'), item('versions'), log(1), log(2)];
    expect(notAgreed(items, { versions: false, 'attachment-1': true }).map(({ name }) => name)).toEqual(['attachment-2']);
  });
});

it.each(['', 'ada', 'ada@example', 'a@b.c, d@e.f', 'ada@example.com\nBcc: eve@example.com', `${'a'.repeat(250)}@example.com`])(
  'does not take %j for an address',
  (email) => {
    expect(isAddress(email)).toBe(false);
  },
);

describe('the key of a report', () => {
  const report = reportOf(PREVIEW, {}, CONTACT);

  it('stays while the same report is sent again', () => {
    const key = new ReportKey();
    const first = key.of(report);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(key.of(reportOf(PREVIEW, {}, CONTACT))).toBe(first);
  });

  it('is another one for another report', () => {
    const key = new ReportKey();
    expect(key.of(report)).not.toBe(key.of({ ...report, email: 'grace@example.com' }));
    expect(new ReportKey().of(report)).not.toBe(key.of(report));
  });
});
