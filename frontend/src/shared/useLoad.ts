import { useCallback, useEffect, useState } from 'react';

import { type Load, renewed } from './load.ts';
import { useAction } from './useAction.ts';

export interface Loaded<Value> {
  readonly load: Load<Value>;
  readonly isLoading: boolean;
  readonly retry: () => void;
}

/** Loads one thing for a part of a page, and again with every other `run`. What is there stays until another answer comes. */
export function useLoad<Value>(load: (token: string, stop: AbortSignal) => Promise<Value>, run: number): Loaded<Value> {
  const [loaded, setLoaded] = useState<Load<Value>>({ state: 'loading' });
  const { isRunning, run: send } = useAction();

  const retry = useCallback(() => {
    void send(load).then((outcome) => outcome !== null && setLoaded((before) => renewed(before, outcome)));
  }, [load, send]);

  useEffect(retry, [retry, run]);

  return { load: loaded, isLoading: isRunning, retry };
}
