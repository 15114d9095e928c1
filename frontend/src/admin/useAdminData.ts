import { useCallback, useEffect, useRef, useState } from 'react';

import { type Load, loadOf } from '../shared/load.ts';
import { loadSession, type Session } from '../shared/session.ts';
import { loadSettings, type Settings } from '../shared/settings.ts';
import { type ClassSummary, loadSummary } from '../shared/summary.ts';
import { withToken } from '../shared/token.ts';

interface Loads {
  readonly session: Load<Session>;
  readonly summary: Load<readonly ClassSummary[]>;
  readonly settings: Load<Settings>;
  /** Counts the runs, so that parts that load for themselves can follow. */
  readonly run: number;
  /** When the shown data came, or nothing while none is shown. */
  readonly loadedAt: Date | null;
}

export interface AdminData extends Loads {
  readonly isLoading: boolean;
  readonly reload: () => void;
  /** Takes what the service answered when settings were saved, and loads the rest anew. */
  readonly settingsSaved: (settings: Settings) => void;
}

type Answers = Omit<Loads, 'run'>;

const LOADING = { state: 'loading' } as const;
const NOTHING: Loads = { session: LOADING, summary: LOADING, settings: LOADING, run: 0, loadedAt: null };

async function loadAll(stop: AbortSignal): Promise<Answers> {
  const [session, summary, settings] = await Promise.allSettled([
    withToken((token) => loadSession(token, stop)),
    withToken((token) => loadSummary(token, stop)),
    withToken((token) => loadSettings(token, stop)),
  ]);
  const isShown = [session, summary, settings].every((part) => part.status === 'fulfilled');
  return {
    session: loadOf(session),
    summary: loadOf(summary),
    settings: loadOf(settings),
    loadedAt: isShown ? new Date() : null,
  };
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
        setLoads((before) => ({ ...loaded, run: before.run + 1 }));
        setIsLoading(false);
      }
    });
  }, []);

  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);

  const settingsSaved = useCallback(
    (value: Settings) => {
      setLoads((before) => ({ ...before, settings: { state: 'ready', value } }));
      reload();
    },
    [reload],
  );

  return { ...loads, isLoading, reload, settingsSaved };
}
