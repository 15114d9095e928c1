import { describe, expect, it } from 'vitest';

import type { Failure } from '../shared/failure.ts';
import { reportFailureMessage } from './failureWords.ts';
import { itemWords, maskedSentence, whySentence } from './words.ts';

function refused(status: number, changes: Partial<Extract<Failure, { kind: 'refused' }>> = {}): Failure {
  const nothing = { code: null, title: null, detail: null, requestId: null, retryAfterSeconds: null };
  return { kind: 'refused', status, ...nothing, ...changes };
}

function masked(rule: string, count: number) {
  return { rule, place: '', count, ranges: [] };
}

describe('what was masked', () => {
  it('is counted by what it is', () => {
    const all = [masked('email', 1), masked('email', 1), masked('phone', 1), masked('ipv4', 1), masked('ipv6', 2)];
    expect(maskedSentence(all)).toBe('Masked: 2 mail addresses, 1 phone number, 3 network addresses.');
  });

  it('has a name also when the service knows more', () => {
    expect(maskedSentence([masked('passport', 2)])).toBe('Masked: 2 passport.');
  });

  it('is not spoken of where there is nothing', () => {
    expect(maskedSentence([])).toBeNull();
  });
});

it('calls a file by the name that it had when it was added', () => {
  const files = [{ name: 'screen.png', bytes: 1, base64: '' }];
  expect(itemWords('attachment-1', files).title).toBe('File: screen.png');
  expect(itemWords('attachment-2', files).title).toBe('File: 2');
  expect(itemWords('something-new', files).title).toBe('something-new');
});

it('makes a sentence of a reason', () => {
  expect(whySentence('no error is named')).toBe('No error is named.');
  expect(whySentence('Done.')).toBe('Done.');
});

describe('a failure', () => {
  it.each<Failure>([{ kind: 'no-host' }, { kind: 'unreadable' }, refused(401)])(
    'that a reload may help with tells to copy the words first: %j',
    (failure) => {
      expect(reportFailureMessage(failure).text).toMatch(/try again.*copy what you wrote, and reload/is);
    },
  );

  it('of the connection says that trying again makes no second report', () => {
    expect(reportFailureMessage({ kind: 'network' }).text).toMatch(/no second one/);
  });

  it('says what to do about the size, and when to come back', () => {
    expect(reportFailureMessage(refused(413)).text).toMatch(/Take a file out/);
    expect(reportFailureMessage(refused(429, { retryAfterSeconds: 10 })).text).toMatch(/10 seconds/);
    expect(reportFailureMessage(refused(503, { retryAfterSeconds: 10 })).text).toMatch(/10 seconds/);
  });

  it('passes on why a file or a text is not taken', () => {
    const detail = 'a.png: this is a PDF document.';
    expect(reportFailureMessage(refused(415, { title: 'A file is refused.', detail })).text).toBe(detail);
  });
});
