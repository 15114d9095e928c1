import { useCallback, useEffect, useRef, useState } from 'react';

import { failureOf } from '../shared/failure.ts';
import { type Load, loadOf } from '../shared/load.ts';
import { loadSession, type Session } from '../shared/session.ts';
import { type ClassSummary, loadSummary } from '../shared/summary.ts';
import { contextToken } from '../shared/token.ts';

interface Loads {
  readonly session: Load<Session>;
  readonly summary: Load<readonly ClassSummary[]>;
  /** When the shown data came, or nothing while none is shown. */
  readonly loadedAt: Date | null;
}

export interface AdminData extends Loads {
  readonly isLoading: boolean;
  readonly reload: () => void;
}

const NOTHING: Loads = { session: { state: 'loading' }, summary: { state: 'loading' }, loadedAt: null };

async function loadAll(stop: AbortSignal): Promise<Loads> {
  try {
    const token = await contextToken();
    const [session, summary] = await Promise.allSettled([loadSession(token, stop), loadSummary(token, stop)]);
    const isShown = session.status === 'fulfilled' && summary.status === 'fulfilled';
    return { session: loadOf(session), summary: loadOf(summary), loadedAt: isShown ? new Date() : null };
  } catch (thrown) {
    const failed = { state: 'failed', failure: failureOf(thrown) } as const;
    return { session: failed, summary: failed, loadedAt: null };
  }
}

/** Everything the page shows. What is there stays visible while it is loaded anew. */
export function useAdminData(): AdminData {
  const [loads, setLoads] = useState(NOTHING);
  const [isLoading, setIsLoading] = useState(true);
  const running = useRef<AbortController | null>(null);

  const reload = useCallback(() => {
    running.current?.abort();
    const run = new AbortController();
    running.current = run;
    setIsLoading(true);
    void loadAll(run.signal).then((loaded) => {
      // A newer run, or the end of the page, has made this answer worthless.
      if (!run.signal.aborted) {
        setLoads(loaded);
        setIsLoading(false);
      }
    });
  }, []);

  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);

  return { ...loads, isLoading, reload };
}
