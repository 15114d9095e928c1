import { expect, it } from 'vitest';

import type { Failure } from './failure.ts';
import { failureMessage } from './failureMessage.ts';

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
  expect(failureMessage(refused({ status: 403, code: 'admin_required' })).text).toMatch(/^Only administrators/);
});

it('says how long to wait, when the service says so', () => {
  expect(failureMessage(refused({ status: 503, retryAfterSeconds: 30 })).text).toBe('Please try again in 30 seconds.');
  expect(failureMessage(refused({ status: 503, retryAfterSeconds: 1 })).text).toBe('Please try again in 1 second.');
  expect(failureMessage(refused({ status: 503 })).text).toBe('Please try again in a moment.');
});

it('passes on what the service says, as a heading without a full stop', () => {
  const message = failureMessage(refused({ title: 'Something went wrong.', detail: 'It was the disk.' }));
  expect(message).toEqual({ title: 'Something went wrong', text: 'It was the disk.' });
});

it('says what is wrong with what was sent, and not what a route expects', () => {
  const message = failureMessage(refused({ status: 400, code: 'invalid_body', title: 'The body.', detail: 'Too long.' }));
  expect(message).toEqual({ title: 'The app does not accept this', text: 'Too long.' });
});

it.each<Failure>([{ kind: 'network' }, { kind: 'no-host' }, { kind: 'unreadable' }, refused({})])(
  'has words for %j',
  (failure) => {
    const { title, text } = failureMessage(failure);
    expect(title).not.toBe('');
    expect(text).not.toBe('');
  },
);
