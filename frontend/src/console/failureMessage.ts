import type { Failure } from '../shared/failure.ts';
import type { failureWords } from './words/failures.ts';

type Words = (typeof failureWords)['en'];

export interface FailureMessage {
  readonly title: string;
  readonly text: string;
  /** What the service itself says, in English. */
  readonly detail: string | null;
}

/** Codes that have words of their own. */
const OWN = [
  'unauthenticated',
  'not_permitted',
  'cross_site',
  'grant_required',
  'not_found',
  'state_changed',
  'limit_reached',
] as const;

/** Where the service's own sentence says more than ours could. */
const TOLD = ['invalid_body', 'invalid_parameter', 'state_changed'];

function refusal(failure: Extract<Failure, { kind: 'refused' }>, words: Words): { title: string; text: string } {
  const wait = failure.retryAfterSeconds === null ? words.soon : words.wait(failure.retryAfterSeconds);
  const own = OWN.find((code) => code === failure.code);
  if (own !== undefined) {
    return words[own];
  }
  if (failure.code === 'invalid_body' || failure.code === 'invalid_parameter') {
    return words.invalid;
  }
  if (failure.status === 429) {
    return { ...words.too_many, text: wait };
  }
  return failure.status === 503 ? { ...words.unavailable, text: wait } : words.other;
}

/** Says what happened and what can be done about it. */
export function failureMessage(failure: Failure, words: Words): FailureMessage {
  if (failure.kind === 'network' || failure.kind === 'unreadable') {
    return { ...words[failure.kind], detail: null };
  }
  if (failure.kind === 'no-host') {
    return { ...words.other, detail: null };
  }
  const detail = failure.code !== null && TOLD.includes(failure.code) ? failure.detail : null;
  return { ...refusal(failure, words), detail };
}
