import type { Failure } from './failure.ts';

/** Something that is fetched: not there yet, there, or not to be had. */
export type Load<Value> =
  | { readonly state: 'loading' }
  | Ready<Value>
  | { readonly state: 'failed'; readonly failure: Failure };

export interface Ready<Value> extends Arrival {
  readonly state: 'ready';
  readonly value: Value;
}

/** When something came, and why nothing newer did where that was tried. */
export interface Arrival {
  readonly at: Date;
  readonly stale: Failure | null;
}

/** How a request ended. */
export type Ended<Value> =
  | { readonly state: 'ready'; readonly value: Value }
  | { readonly state: 'failed'; readonly failure: Failure };

export function arrived<Value>(value: Value): Ready<Value> {
  return { state: 'ready', value, at: new Date(), stale: null };
}

export function loadOf<Value>(ended: Ended<Value>): Load<Value> {
  return ended.state === 'ready' ? arrived(ended.value) : ended;
}

/** What is there stays when it cannot be had anew, and says so; but nobody goes on seeing what they may not see any more. */
export function renewed<Value>(before: Load<Value>, ended: Ended<Value>): Load<Value> {
  const isKept = ended.state === 'failed' && before.state === 'ready' && !isTakenAway(ended.failure);
  return isKept ? { ...before, stale: ended.failure } : loadOf(ended);
}

/** Refusals that are about the reader, or about what is read: signed out, not permitted, gone. */
const TAKEN_AWAY: readonly number[] = [401, 403, 404, 410];

export function isTakenAway(failure: Failure): boolean {
  return failure.kind === 'refused' && TAKEN_AWAY.includes(failure.status);
}
