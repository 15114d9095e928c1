import { wordFor } from '../shared/catalogue.ts';
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

/** A word that a newer service knows is shown as it is. */
export function reportState(state: string, { states }: Words): ReportStateView {
  return { label: wordFor(states, state), appearance: APPEARANCES[state] ?? 'neutral' };
}

export function severityWord(severity: string, { severities }: Words): string {
  return wordFor(severities, severity);
}

export function saidBy(kind: string, { said }: Words): string {
  return wordFor(said, kind);
}
