import { useCallback, useEffect, useRef, useState } from 'react';

import { type Failure, failureOf } from './failure.ts';
import { withToken } from './token.ts';

/** How a request ended, or nothing when the part of the page that made it has gone meanwhile. */
export type Outcome<Value> =
  | { readonly state: 'ready'; readonly value: Value }
  | { readonly state: 'failed'; readonly failure: Failure }
  | null;

type Request<Value> = (token: string, stop: AbortSignal) => Promise<Value>;

export interface Action {
  readonly isRunning: boolean;
  /** Sends a request with a token of its own. A newer one takes the place of one that is still under way. */
  readonly run: <Value>(request: Request<Value>) => Promise<Outcome<Value>>;
}

async function outcomeOf<Value>(request: Request<Value>, stop: AbortSignal): Promise<Outcome<Value>> {
  try {
    const value = await withToken((token) => request(token, stop));
    return stop.aborted ? null : { state: 'ready', value };
  } catch (thrown) {
    return stop.aborted ? null : { state: 'failed', failure: failureOf(thrown) };
  }
}

/** For requests that somebody makes with a button. */
export function useAction(): Action {
  const [isRunning, setIsRunning] = useState(false);
  const running = useRef<AbortController | null>(null);

  useEffect(() => () => running.current?.abort(), []);

  const run = useCallback(async <Value,>(request: Request<Value>): Promise<Outcome<Value>> => {
    running.current?.abort();
    const own = new AbortController();
    running.current = own;
    setIsRunning(true);
    const outcome = await outcomeOf(request, own.signal);
    if (outcome !== null) {
      setIsRunning(false);
    }
    return outcome;
  }, []);

  return { isRunning, run };
}
