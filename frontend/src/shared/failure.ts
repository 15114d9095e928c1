/** Who asks the service waits this long for an answer, unless it said otherwise. */
export const ANSWER_WITHIN_MILLISECONDS = 20_000;

/** Why something could not be loaded, in the terms that a message for the user needs. */
export type Failure =
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string | null;
      readonly title: string | null;
      readonly detail: string | null;
      readonly requestId: string | null;
      readonly retryAfterSeconds: number | null;
    }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'network' }
  | { readonly kind: 'no-host' };

export class LoadError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`not loaded: ${failure.kind}`);
    this.name = 'LoadError';
    this.failure = failure;
  }
}

export function lostConnection(): never {
  throw new LoadError({ kind: 'network' });
}

/** Any thrown value as a failure. What is not ours was thrown while an answer was read. */
export function failureOf(thrown: unknown): Failure {
  return thrown instanceof LoadError ? thrown.failure : { kind: 'unreadable' };
}

/** Whether the service refused with this code of its table. */
export function isRefusedAs(failure: Failure, code: string): boolean {
  return failure.kind === 'refused' && failure.code === code;
}
