import { describe, expect, it } from 'vitest';

import type { Failure } from '../shared/failure.ts';
import { reportFailureMessage } from './failureWords.ts';
import { itemWords, maskedSentence, whySentence } from './itemWords.ts';
import { page as de } from './words/de.ts';
import { page as en, shared } from './words/en.ts';

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
    expect(maskedSentence(all, en)).toBe('Masked: 2 mail addresses, 1 phone number, 3 network addresses.');
  });

  it('has a name also when the service knows more', () => {
    expect(maskedSentence([masked('passport', 2)], en)).toBe('Masked: 2 passport.');
  });

  it('is not spoken of where there is nothing', () => {
    expect(maskedSentence([], en)).toBeNull();
  });
});

it('calls a file by the name that it had when it was added', () => {
  const files = [{ name: 'screen.png', bytes: 1, base64: '' }];
  expect(itemWords('attachment-1', files, en).title).toBe('File: screen.png');
  expect(itemWords('attachment-2', files, en).title).toBe('File: 2');
  expect(itemWords('something-new', files, en).title).toBe('something-new');
});

it('counts what was masked in German, too', () => {
  expect(maskedSentence([masked('email', 1), masked('private-key', 2)], de)).toBe(
    'Verdeckt: 1 E-Mail-Adresse, 2 private Schlüssel.',
  );
});

describe('a reason', () => {
  it('is told in words of ours', () => {
    const reason = { code: 'no_error', why: 'no error is in the log' };
    expect(whySentence(reason, de)).toEqual({ sentence: de.whys.no_error, isOurs: true });
  });

  it('that is new is a sentence of the service, in English', () => {
    expect(whySentence({ code: 'no_moon', why: 'no moon is up' }, de)).toEqual({ sentence: 'No moon is up.', isOurs: false });
    expect(whySentence({ code: 'done', why: 'Done.' }, de).sentence).toBe('Done.');
  });
});

describe('a failure', () => {
  it.each<Failure>([{ kind: 'no-host' }, { kind: 'unreadable' }, refused(401)])(
    'that a reload may help with tells to copy the words first: %j',
    (failure) => {
      expect(reportFailureMessage(failure, en.failures, shared).text).toMatch(/try again.*copy what you wrote, and reload/is);
    },
  );

  it('of the connection says that trying again makes no second report', () => {
    expect(reportFailureMessage({ kind: 'network' }, en.failures, shared).text).toMatch(/no second one/);
  });

  it('says what to do about the size, and when to come back', () => {
    expect(reportFailureMessage(refused(413), en.failures, shared).text).toMatch(/Take a file out/);
    expect(reportFailureMessage(refused(429, { retryAfterSeconds: 10 }), en.failures, shared).text).toMatch(/10 seconds/);
    expect(reportFailureMessage(refused(503, { retryAfterSeconds: 10 }), en.failures, shared).text).toMatch(/10 seconds/);
  });

  it('passes on why a file or a text is not taken', () => {
    const detail = 'a.png: this is a PDF document.';
    const failure = refused(415, { code: 'attachment_refused', title: 'A file is refused.', detail });
    expect(reportFailureMessage(failure, en.failures, shared).said).toBe(detail);
  });
});
