import { useCallback, useEffect, useState } from 'react';

import type { Failure } from './failure.ts';
import { type Arrival, isTakenAway } from './load.ts';
import type { Page } from './page.ts';
import { useAction } from './useAction.ts';

/** A list that grows page by page. */
export interface Pages<Part> {
  readonly parts: readonly Part[];
  /** When the list began, and why it could not begin anew; nothing before it began. */
  readonly arrival: Arrival | null;
  readonly isLoading: boolean;
  /** Why there is no list, or no more of it. */
  readonly failure: Failure | null;
  readonly restart: () => void;
  readonly more: () => void;
}

type Listed<Part> = Pick<Pages<Part>, 'parts' | 'arrival' | 'failure'> & { readonly from: unknown };

type LoadPart<Part> = (cursor: string | null, token: string, stop: AbortSignal) => Promise<Part>;

const NOTHING = { parts: [], arrival: null, failure: null };

/** A list that could not begin anew stays as it is, unless it is another one or may not be seen any more. */
function begunInVain<Part>(before: Listed<Part>, from: unknown, failure: Failure): Listed<Part> {
  const { arrival } = before;
  const isKept = arrival !== null && before.from === from && !isTakenAway(failure);
  return isKept ? { ...before, arrival: { ...arrival, stale: failure } } : { ...NOTHING, from, failure };
}

/**
 * Loads the first page, and more when asked. Another `load` or another `run` begins anew; what is there stays until
 * another answer comes.
 */
export function usePages<Part extends Page<unknown>>(load: LoadPart<Part>, run: number): Pages<Part> {
  const [{ parts, arrival, failure }, setListed] = useState<Listed<Part>>({ ...NOTHING, from: load });
  const [hasBegun, setHasBegun] = useState(false);
  const { isRunning, run: send } = useAction();

  const restart = useCallback(async () => {
    const outcome = await send((token, stop) => load(null, token, stop));
    if (outcome?.state === 'ready') {
      setListed({ parts: [outcome.value], arrival: { at: new Date(), stale: null }, failure: null, from: load });
    } else if (outcome?.state === 'failed') {
      setListed((before) => begunInVain(before, load, outcome.failure));
    }
  }, [load, send]);

  const more = useCallback(async () => {
    const outcome = await send((token, stop) => load(parts.at(-1)?.next ?? null, token, stop));
    if (outcome?.state === 'ready') {
      setListed((before) => ({ ...before, parts: [...parts, outcome.value], failure: null }));
    } else if (outcome?.state === 'failed') {
      setListed((before) => ({ ...before, failure: outcome.failure }));
    }
  }, [load, parts, send]);

  useEffect(() => {
    setHasBegun(true);
    void restart();
  }, [restart, run]);

  const isLoading = isRunning || !hasBegun;
  return { parts, arrival, failure, isLoading, restart: () => void restart(), more: () => void more() };
}
