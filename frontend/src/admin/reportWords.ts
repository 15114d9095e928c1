import { wordFor } from '../shared/catalogue.ts';
import type { SiteReport } from '../shared/siteReports.ts';
import type { AdminWords } from './words/words.ts';

type Words = AdminWords['reports'];
type Appearance = 'success' | 'warning' | 'information' | 'neutral';

interface ReportStateView {
  readonly label: string;
  readonly appearance: Appearance;
}

const APPEARANCES: Readonly<Record<string, Appearance>> = {
  received: 'information',
  triaged: 'information',
  waiting: 'warning',
  solved: 'success',
};

/** What has not left the site is in no state of the vendor's. A word that a newer service knows is shown as it is. */
export function reportState({ state, approval }: Pick<SiteReport, 'state' | 'approval'>, words: Words): ReportStateView {
  const { states, approvals } = words;
  if (approval !== null && approval !== 'approved') {
    return { label: wordFor(approvals, approval), appearance: approval === 'waiting' ? 'warning' : 'neutral' };
  }
  return { label: wordFor(states, state), appearance: APPEARANCES[state] ?? 'neutral' };
}

export function severityWord(severity: string, { severities }: Words): string {
  return wordFor(severities, severity);
}

export function saidBy(kind: string, { said }: Words): string {
  return wordFor(said, kind);
}
