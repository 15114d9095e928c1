import { describe, expect, it } from 'vitest';

import type { Failure } from '../shared/failure.ts';
import { decidedBy, endOf, endSentence, refusal } from './decision.ts';
import { reportState } from './reportWords.ts';
import { control as german } from './words/de/control.ts';
import { control } from './words/en/control.ts';

const refusedAs = (code: string): Failure => ({
  kind: 'refused',
  status: 409,
  code,
  title: null,
  detail: null,
  requestId: null,
  retryAfterSeconds: null,
});

describe('the word of an administrator about a report', () => {
  it('has ended once it is taken', () => {
    expect(endOf('approve', { state: 'ready', value: undefined })).toBe('approved');
    expect(endOf('refuse', { state: 'ready', value: undefined })).toBe('refused');
  });

  it('has ended, too, when somebody else was quicker or the report is gone', () => {
    expect(endOf('approve', { state: 'failed', failure: refusedAs('state_changed') })).toBe('changed');
    expect(endOf('refuse', { state: 'failed', failure: refusedAs('not_found') })).toBe('changed');
  });

  it('can be tried again after every other failure', () => {
    expect(endOf('approve', { state: 'failed', failure: { kind: 'network' } })).toBeNull();
    expect(endOf('approve', { state: 'failed', failure: refusedAs('admin_required') })).toBeNull();
  });

  it('has a sentence with it only where somebody typed one', () => {
    expect(refusal('  ')).toEqual({ decision: 'refuse' });
    expect(refusal(' Ask our helpdesk. ')).toEqual({ decision: 'refuse', reason: 'Ask our helpdesk.' });
  });

  it('is said in both languages, with the number of the report', () => {
    for (const { reports } of [control, german]) {
      expect(endSentence('approved', 'R-1', reports)).toContain('R-1');
      expect(endSentence('refused', 'R-1', reports)).toContain('R-1');
      expect(endSentence('changed', 'R-1', reports)).toBe(reports.waiting.changed);
    }
  });

  it('names who said it as far as that is known', () => {
    const at = '2026-11-28T12:00:00Z';
    const { reports } = control;
    expect(decidedBy({ at, byYou: true, by: '5b10' }, reports)).toBe('you');
    expect(decidedBy({ at, byYou: false, by: '5b10' }, reports)).toContain('5b10');
    expect(decidedBy({ at, byYou: false, by: null }, reports)).toBe('an administrator');
  });
});

describe('the state of a report', () => {
  const { reports } = control;

  it('is that of the vendor once it has left the site', () => {
    expect(reportState({ state: 'triaged', approval: 'approved' }, reports).label).toBe('In work');
    expect(reportState({ state: 'received', approval: null }, reports).label).toBe('Received');
  });

  it('is that of the site before', () => {
    expect(reportState({ state: 'received', approval: 'waiting' }, reports).label).toBe('Waits for approval');
    expect(reportState({ state: 'closed', approval: 'refused' }, reports).label).toBe('Refused');
  });
});
