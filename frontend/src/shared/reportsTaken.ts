import { get } from './client.ts';
import { fields, flag, text } from './read.ts';
import type { Told } from './wire.ts';

/** What becomes of a report, for whoever is about to write one. */
export type ReportsTaken = Told<'ReportsTaken'>;

export function readReportsTaken(body: unknown): ReportsTaken {
  const taken = fields<ReportsTaken>(body);
  return { rule: text(taken.rule), isPaused: flag(taken.isPaused), isAnonymous: flag(taken.isAnonymous) };
}

export function loadReportsTaken(token: string, stop: AbortSignal): Promise<ReportsTaken> {
  return get('/api/v1/problem-reports/rule', token, readReportsTaken, stop);
}
