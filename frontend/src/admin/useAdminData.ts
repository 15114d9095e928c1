import { useCallback, useEffect, useRef, useState } from 'react';

import { failureOf } from '../shared/failure.ts';
import { arrived, type Ended, type Load, renewed } from '../shared/load.ts';
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
  /** When all of the shown data had come, or nothing before that. */
  readonly loadedAt: Date | null;
}

export interface AdminData extends Loads {
  readonly isLoading: boolean;
  readonly reload: () => void;
  /** Takes what the service answered when settings were saved, and loads the rest anew. */
  readonly settingsSaved: (settings: Settings) => void;
}

const LOADING = { state: 'loading' } as const;
const NOTHING: Loads = { session: LOADING, summary: LOADING, settings: LOADING, run: 0, loadedAt: null };

async function endOf<Value>(load: (token: string) => Promise<Value>): Promise<Ended<Value>> {
  const [result] = await Promise.allSettled([withToken(load)]);
  return result.status === 'fulfilled'
    ? { state: 'ready', value: result.value }
    : { state: 'failed', failure: failureOf(result.reason) };
}

/** What has been asked of the service and comes one by one. */
interface Asked {
  readonly session: Promise<Ended<Session>>;
  readonly summary: Promise<Ended<readonly ClassSummary[]>>;
  readonly settings: Promise<Ended<Settings>>;
}

function ask(stop: AbortSignal): Asked {
  return {
    session: endOf((token) => loadSession(token, stop)),
    summary: endOf((token) => loadSummary(token, stop)),
    settings: endOf((token) => loadSettings(token, stop)),
  };
}

let ahead: Asked | null = null;

/** Asks before there is a page to show the answers on, so that they come while its words do. */
export function askAhead(): void {
  ahead = ask(new AbortController().signal);
}

/** What was asked ahead serves once. */
function takeAhead(): Asked | null {
  const asked = ahead;
  ahead = null;
  return asked;
}

type Show = (change: (before: Loads) => Partial<Loads>) => void;

/** Each part is shown as soon as it comes, whichever of them does first. */
async function showAll({ session, summary, settings }: Asked, show: Show): Promise<void> {
  void session.then((ended) => show((before) => ({ session: renewed(before.session, ended) })));
  void summary.then((ended) => show((before) => ({ summary: renewed(before.summary, ended) })));
  void settings.then((ended) => show((before) => ({ settings: renewed(before.settings, ended) })));
  const all = await Promise.all([session, summary, settings]);
  if (all.every(({ state }) => state === 'ready')) {
    show(() => ({ loadedAt: new Date() }));
  }
}

/** Everything the page shows. What is there stays visible while it is loaded anew, and where that fails. */
export function useAdminData(): AdminData {
  const [loads, setLoads] = useState(NOTHING);
  const [isLoading, setIsLoading] = useState(true);
  const running = useRef<AbortController | null>(null);

  const reload = useCallback(() => {
    running.current?.abort();
    const run = new AbortController();
    running.current = run;
    setIsLoading(true);
    setLoads((before) => ({ ...before, run: before.run + 1 }));
    // A newer run, or the end of the page, makes an answer worthless.
    const show: Show = (change) => run.signal.aborted || setLoads((before) => ({ ...before, ...change(before) }));
    void showAll(takeAhead() ?? ask(run.signal), show).then(() => run.signal.aborted || setIsLoading(false));
  }, []);

  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [reload]);

  const settingsSaved = useCallback(
    (value: Settings) => {
      setLoads((before) => ({ ...before, settings: arrived(value) }));
      reload();
    },
    [reload],
  );

  return { ...loads, isLoading, reload, settingsSaved };
}
