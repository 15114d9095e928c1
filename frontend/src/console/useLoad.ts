import { useCallback, useEffect, useState } from 'react';

import { failureOf } from '../shared/failure.ts';
import { type Ended, type Load, renewed } from '../shared/load.ts';
import { useGuard } from './SessionContext.ts';

export interface Loaded<Value> {
  readonly load: Load<Value>;
  /** Whether something is under way, also while what was there before is still shown. */
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface Kept<Value> {
  /** Where it came from: what belongs to another place is not shown. */
  readonly from: unknown;
  readonly run: number;
  readonly load: Load<Value>;
}

const LOADING = { state: 'loading' } as const;

/**
 * Loads something, and loads it anew when `request` changes, which has to be kept by `useCallback`. What is there stays until
 * another answer comes.
 */
export function useLoad<Value>(request: (stop: AbortSignal) => Promise<Value>): Loaded<Value> {
  const guard = useGuard();
  const [run, setRun] = useState(0);
  const [kept, setKept] = useState<Kept<Value>>({ from: null, run, load: LOADING });

  useEffect(() => {
    const own = new AbortController();
    const settle = (ended: Ended<Value>) => {
      if (!own.signal.aborted) {
        setKept((before) => ({ from: request, run, load: renewed(before.from === request ? before.load : LOADING, ended) }));
      }
    };
    guard(request(own.signal)).then(
      (value) => settle({ state: 'ready', value }),
      (thrown: unknown) => settle({ state: 'failed', failure: failureOf(thrown) }),
    );
    return () => own.abort();
  }, [guard, request, run]);

  const reload = useCallback(() => setRun((before) => before + 1), []);
  const isOfThisPlace = kept.from === request;
  return {
    load: isOfThisPlace ? kept.load : LOADING,
    isLoading: !isOfThisPlace || kept.run !== run,
    reload,
  };
}
