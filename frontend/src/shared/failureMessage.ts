import type { Failure } from './failure.ts';
import type { SharedWords } from './words/words.ts';

export interface FailureMessage {
  readonly title: string;
  readonly text: string;
  /** What the service itself says, in English, where it says more than our words could. */
  readonly said: string | null;
}

type Words = SharedWords['failures'];
type Refusal = Extract<Failure, { kind: 'refused' }>;

/** Refusals in which a sentence of the service names what is wrong. */
const TOLD: readonly string[] = [
  'invalid_body',
  'invalid_parameter',
  'attachment_refused',
  'secret_in_report',
  'body_too_large',
  'limit_reached',
  'report_deleted',
];

type Plain = Omit<FailureMessage, 'said'>;

function ofStatus(failure: Refusal, words: Words): Plain {
  const wait = failure.retryAfterSeconds === null ? words.soon : words.wait(failure.retryAfterSeconds);
  if (failure.status === 403) {
    return words.forbidden;
  }
  if (failure.status === 429) {
    return { title: words.tooMany, text: wait };
  }
  if (failure.code === 'host_unavailable') {
    return { title: words.noAnswerOfSite, text: wait };
  }
  return failure.status === 503 ? { title: words.unavailable, text: wait } : words.other;
}

function ofCode(code: string | null, { codes }: Words): Plain | null {
  return code !== null && Object.hasOwn(codes, code) ? codes[code as keyof typeof codes] : null;
}

function refusedMessage(failure: Refusal, words: Words): FailureMessage {
  if (failure.status === 401) {
    return { ...words.signedOut, said: null };
  }
  const own = ofCode(failure.code, words);
  if (own !== null) {
    return { ...own, said: TOLD.includes(failure.code ?? '') ? failure.detail : null };
  }
  // A code that only a newer service knows has no words here, so its own sentence is better than none.
  const isWait = failure.status === 429 || failure.status === 503;
  return { ...ofStatus(failure, words), said: isWait ? null : (failure.detail ?? failure.title) };
}

/** Says what happened and what the user can do about it. */
export function failureMessage(failure: Failure, { failures }: SharedWords): FailureMessage {
  switch (failure.kind) {
    case 'refused':
      return refusedMessage(failure, failures);
    case 'network':
      return { ...failures.network, said: null };
    case 'no-host':
      return { ...failures.noHost, said: null };
    case 'unreadable':
      return { ...failures.unreadable, said: null };
  }
}
