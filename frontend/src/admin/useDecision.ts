import { useState } from 'react';

import type { Failure } from '../shared/failure.ts';
import { decideReport, type ReportDecision } from '../shared/siteReports.ts';
import { useAction } from '../shared/useAction.ts';
import { type Decision, endOf, type DecisionEnd } from './decision.ts';

export interface DecisionState {
  readonly isRunning: boolean;
  readonly failure: Failure | null;
  readonly decide: (decision: ReportDecision) => Promise<void>;
}

/** One administrator's word about one report that waits. */
export function useDecision(id: string, onEnd: (end: DecisionEnd) => void): DecisionState {
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isRunning, run } = useAction();

  const decide = async (decision: ReportDecision) => {
    setFailure(null);
    const outcome = await run((token, stop) => decideReport(id, decision, token, stop));
    const said: Decision = decision.decision;
    const end = outcome === null ? null : endOf(said, outcome);
    if (end !== null) {
      onEnd(end);
    } else if (outcome?.state === 'failed') {
      setFailure(outcome.failure);
    }
  };

  return { isRunning, failure, decide };
}
