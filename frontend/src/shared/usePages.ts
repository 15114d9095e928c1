import { useCallback, useEffect, useState } from 'react';

import type { Failure } from './failure.ts';
import type { Page } from './page.ts';
import { useAction } from './useAction.ts';

/** A list that grows page by page. */
export interface Pages<Part> {
  readonly parts: readonly Part[];
  readonly isLoading: boolean;
  readonly failure: Failure | null;
  readonly restart: () => void;
  readonly more: () => void;
}

interface Loaded<Part> {
  readonly parts: readonly Part[];
  readonly failure: Failure | null;
}

type LoadPart<Part> = (cursor: string | null, token: string, stop: AbortSignal) => Promise<Part>;

/**
 * Loads the first page, and more when asked. Another `load` or another `run` begins anew; what is there stays until
 * the answer comes.
 */
export function usePages<Part extends Page<unknown>>(load: LoadPart<Part>, run: number): Pages<Part> {
  const [{ parts, failure }, setLoaded] = useState<Loaded<Part>>({ parts: [], failure: null });
  const [hasBegun, setHasBegun] = useState(false);
  const { isRunning, run: send } = useAction();

  const loadAfter = useCallback(
    async (before: readonly Part[]) => {
      const cursor = before.at(-1)?.next ?? null;
      const outcome = await send((token, stop) => load(cursor, token, stop));
      if (outcome?.state === 'ready') {
        setLoaded({ parts: [...before, outcome.value], failure: null });
      } else if (outcome?.state === 'failed') {
        setLoaded({ parts: before, failure: outcome.failure });
      }
    },
    [load, send],
  );

  const restart = useCallback(() => void loadAfter([]), [loadAfter]);
  const more = useCallback(() => void loadAfter(parts), [loadAfter, parts]);

  useEffect(() => {
    setHasBegun(true);
    restart();
  }, [restart, run]);

  return { parts, isLoading: isRunning || !hasBegun, failure, restart, more };
}
