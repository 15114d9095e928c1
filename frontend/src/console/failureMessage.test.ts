import { describe, expect, it } from 'vitest';

import type { Failure } from '../shared/failure.ts';
import { failureMessage } from './failureMessage.ts';
import { failureWords } from './words/failures.ts';

function refused(status: number, code: string | null, more: { detail?: string; retryAfterSeconds?: number } = {}): Failure {
  const nothing = { title: null, detail: null, requestId: null, retryAfterSeconds: null };
  return { kind: 'refused', status, code, ...nothing, ...more };
}

describe.each(['en', 'de'] as const)('in %s', (language) => {
  const words = failureWords[language];

  it.each<Failure>([
    { kind: 'network' },
    { kind: 'unreadable' },
    { kind: 'no-host' },
    refused(401, 'unauthenticated'),
    refused(403, 'not_permitted'),
    refused(404, 'not_found'),
    refused(429, 'too_many_requests'),
    refused(500, null),
    refused(503, 'unavailable'),
  ])('there are words for %j', (failure) => {
    const { title, text } = failureMessage(failure, words);
    expect(title).not.toBe('');
    expect(text).not.toBe('');
  });
});

it('says how long to wait', () => {
  expect(failureMessage(refused(503, 'unavailable', { retryAfterSeconds: 1 }), failureWords.en).text).toBe('Try again in 1 second.');
  const german = failureMessage(refused(429, 'too_many_requests', { retryAfterSeconds: 30 }), failureWords.de);
  expect(german.text).toBe('Versuchen Sie es in 30 Sekunden noch einmal.');
});

it('passes on what the service says of what was entered, and nothing of other failures', () => {
  expect(failureMessage(refused(400, 'invalid_body', { detail: 'tags: too many.' }), failureWords.en).detail).toBe('tags: too many.');
  expect(failureMessage(refused(500, 'internal', { detail: 'the disk' }), failureWords.en).detail).toBeNull();
});
