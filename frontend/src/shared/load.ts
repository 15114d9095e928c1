import { type Failure, failureOf } from './failure.ts';

/** Something that is fetched: not there yet, there, or not to be had. */
export type Load<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: Value }
  | { readonly state: 'failed'; readonly failure: Failure };

export function loadOf<Value>(result: PromiseSettledResult<Value>): Load<Value> {
  return result.status === 'fulfilled'
    ? { state: 'ready', value: result.value }
    : { state: 'failed', failure: failureOf(result.reason) };
}
