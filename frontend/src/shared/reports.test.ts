import { expect, it } from 'vitest';

import { readPreview, readTicket } from './reports.ts';

const ITEM = {
  name: 'report',
  class: 'support',
  media: 'application/json',
  bytes: 2,
  sha256: 'ab',
  masked: [{ rule: 'email', place: '/description', count: 1, ranges: [[0, 9]] }],
  needsConsent: false,
  content: 'e30=',
};

const PREVIEW = {
  tier: 'minimal',
  madeAt: '2026-11-28T12:00:00Z',
  freshUntil: '2026-11-28T13:00:00Z',
  statementVersion: 0,
  items: [ITEM],
  missing: [{ name: 'issue', code: 'no_issue_named', why: 'no issue is named' }],
  unmatched: [0],
  previewToken: 'token',
  needsApproval: true,
};

it('reads a preview', () => {
  const { madeAt: _, ...expected } = PREVIEW;
  expect(readPreview(PREVIEW)).toEqual({ ...expected, items: [{ ...ITEM, maskedLaterAt: null }], knownProblem: null });
  const knownProblem = { text: 'We mend it this week.', since: '2026-11-28T12:00:00Z' };
  expect(readPreview({ ...PREVIEW, knownProblem }).knownProblem).toEqual(knownProblem);
});

it('asks for consent to whatever is not clearly free of it', () => {
  const { needsConsent: _, ...item } = ITEM;
  expect(readPreview({ ...PREVIEW, items: [item] }).items[0]?.needsConsent).toBe(true);
});

it.each([
  { tier: 'everything' },
  { items: null },
  { items: [{ ...ITEM, media: 'text/html' }] },
  { items: [{ ...ITEM, content: 5 }] },
  { items: [{ ...ITEM, masked: [{ rule: 'email', place: '', count: 1, ranges: [[0]] }] }] },
  { unmatched: ['0'] },
])('refuses a preview with %j', (changes) => {
  expect(() => readPreview({ ...PREVIEW, ...changes })).toThrow();
});

it('reads what became of a report', () => {
  const ticket = { number: 'K-1', state: 'received', statusLink: 'https://app.example.com/status/x', deletedOn: '2027-05-01T00:00:00Z', awaitsApproval: true };
  expect(readTicket({ id: '1', ...ticket })).toEqual(ticket);
  expect(() => readTicket({ ...ticket, deletedOn: 'soon' })).toThrow();
});
