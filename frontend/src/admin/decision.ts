import { isRefusedAs } from '../shared/failure.ts';
import type { Decided, ReportDecision } from '../shared/siteReports.ts';
import type { Outcome } from '../shared/useAction.ts';
import type { AdminWords } from './words/words.ts';

export type Decision = ReportDecision['decision'];

/** What a try to decide has ended with. */
export type DecisionEnd = 'approved' | 'refused' | 'changed';

/** Nothing where it can be tried again: somebody else's word, and a report that is gone, can not. */
export function endOf(said: Decision, outcome: NonNullable<Outcome<void>>): DecisionEnd | null {
  if (outcome.state === 'ready') {
    return said === 'approve' ? 'approved' : 'refused';
  }
  const isOver = isRefusedAs(outcome.failure, 'state_changed') || isRefusedAs(outcome.failure, 'not_found');
  return isOver ? 'changed' : null;
}

/** A sentence goes along only if there is one. */
export function refusal(typed: string): ReportDecision {
  const reason = typed.trim();
  return reason === '' ? { decision: 'refuse' } : { decision: 'refuse', reason };
}

/** What became of a report, for whoever hears the page. */
export function endSentence(end: DecisionEnd, number: string, { waiting }: AdminWords['reports']): string {
  return end === 'changed' ? waiting.changed : waiting[end](number);
}

/** Who decided, in words. */
export function decidedBy({ byYou, by }: Decided, { decided }: AdminWords['reports']): string {
  if (byYou) {
    return decided.you;
  }
  return by === null ? decided.somebody : decided.other(by);
}
