import { describe, expect, it } from 'vitest';

import type { PreviewItem } from '../shared/items.ts';
import type { Preview } from '../shared/reports.ts';
import { isAddress, type Contact, isSent, onlyOff, ReportKey, reportOf } from './choice.ts';

function item(name: string, needsConsent = false): PreviewItem {
  return { name, class: 'support', media: 'application/json', bytes: 2, sha256: '', masked: [], needsConsent, content: 'e30=' };
}

const PREVIEW: Preview = {
  tier: 'full',
  freshUntil: '2026-11-28T13:00:00Z',
  statementVersion: 3,
  items: [item('report'), item('versions'), item('issue', true)],
  missing: [],
  unmatched: [],
  previewToken: 'token',
};

const CONTACT: Contact = {
  email: ' ada@example.com ',
  language: 'en',
  forAdministrators: false,
  forExperts: false,
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

it('asks anew for what was agreed to, and leaves off what was switched off', () => {
  const switches = onlyOff({ versions: false, issue: true });
  expect(isSent(item('versions'), switches)).toBe(false);
  expect(isSent(item('issue', true), switches)).toBe(false);
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
