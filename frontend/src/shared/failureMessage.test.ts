import { expect, it } from 'vitest';

import type { Failure } from './failure.ts';
import { failureMessage } from './failureMessage.ts';
import { de } from './words/de.ts';
import { en } from './words/en.ts';

function refused(changes: Partial<Extract<Failure, { kind: 'refused' }>>): Failure {
  return {
    kind: 'refused',
    status: 500,
    code: null,
    title: null,
    detail: null,
    requestId: null,
    retryAfterSeconds: null,
    ...changes,
  };
}

it('tells who may see what is refused', () => {
  expect(failureMessage(refused({ status: 403, code: 'admin_required' }), en).title).toMatch(/^Only administrators/);
});

it('says how long to wait, when the service says so', () => {
  expect(failureMessage(refused({ status: 503, retryAfterSeconds: 30 }), en).text).toBe('Please try again in 30 seconds.');
  expect(failureMessage(refused({ status: 503, retryAfterSeconds: 1 }), en).text).toBe('Please try again in 1 second.');
  expect(failureMessage(refused({ status: 503 }), en).text).toBe('Please try again in a moment.');
});

it('passes on what the service says where we have no words for its code', () => {
  const message = failureMessage(refused({ title: 'Something went wrong.', detail: 'It was the disk.' }), de);
  expect(message).toEqual({ ...de.failures.other, said: 'It was the disk.' });
  expect(failureMessage(refused({ status: 403, code: 'full_moon', title: 'Not now.' }), en).said).toBe('Not now.');
});

it('says what is wrong with what was sent, and not what a route expects', () => {
  const failure = refused({ status: 400, code: 'invalid_body', title: 'The body.', detail: 'Too long.' });
  expect(failureMessage(failure, en)).toEqual({ ...en.failures.codes.invalid_body, said: 'Too long.' });
});

it.each(['admin_required', 'consent_required'])('says %s in our words alone', (code) => {
  expect(failureMessage(refused({ status: 403, code, title: 'No.', detail: 'Really not.' }), de).said).toBeNull();
});

it.each<Failure>([{ kind: 'network' }, { kind: 'no-host' }, { kind: 'unreadable' }, refused({})])(
  'has words for %j',
  (failure) => {
    for (const words of [en, de]) {
      const { title, text } = failureMessage(failure, words);
      expect(title).not.toBe('');
      expect(text).not.toBe('');
    }
  },
);
