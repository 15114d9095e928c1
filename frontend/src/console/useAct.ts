import { useCallback, useEffect, useRef, useState } from 'react';

import { type Failure, failureOf } from '../shared/failure.ts';
import { useGuard } from './SessionContext.ts';

export interface Act {
  readonly isRunning: boolean;
  readonly failure: Failure | null;
  /** Whether it worked. One that is under way is not begun a second time. */
  readonly run: (request: (stop: AbortSignal) => Promise<unknown>) => Promise<boolean>;
  readonly forget: () => void;
}

/** For what somebody does with a button or a key. */
export function useAct(): Act {
  const guard = useGuard();
  const [isRunning, setIsRunning] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const running = useRef<AbortController | null>(null);

  useEffect(() => () => running.current?.abort(), []);

  const run = useCallback(
    async (request: (stop: AbortSignal) => Promise<unknown>) => {
      if (running.current !== null) {
        return false;
      }
      const own = new AbortController();
      running.current = own;
      setIsRunning(true);
      setFailure(null);
      const outcome = await guard(request(own.signal)).then(
        () => null,
        (thrown: unknown) => failureOf(thrown),
      );
      running.current = null;
      if (own.signal.aborted) {
        return false;
      }
      setIsRunning(false);
      setFailure(outcome);
      return outcome === null;
    },
    [guard],
  );

  const forget = useCallback(() => setFailure(null), []);
  return { isRunning, failure, run, forget };
}
