import Lozenge from '@atlaskit/lozenge';

import { wordFor } from '../../shared/catalogue.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';

type Appearance = 'information' | 'inprogress' | 'warning' | 'success' | 'neutral' | 'danger';

const STATES: Readonly<Record<string, Appearance>> = {
  received: 'information',
  triaged: 'inprogress',
  waiting: 'warning',
  solved: 'success',
  closed: 'neutral',
};

export function TicketState({ state }: { readonly state: string }) {
  const { states } = useWords(commonWords);
  return <Lozenge appearance={STATES[state] ?? 'neutral'}>{wordFor(states, state)}</Lozenge>;
}

/** Only what stands out has a colour. */
const LOUD: Readonly<Record<string, Appearance>> = { high: 'warning', blocking: 'danger', urgent: 'danger' };

interface RankProps {
  readonly rank: string;
  readonly words: Readonly<Record<string, string>>;
}

/** A severity or a priority. */
export function Rank({ rank, words }: RankProps) {
  const appearance = LOUD[rank];
  const word = wordFor(words, rank);
  return appearance === undefined ? <span>{word}</span> : <Lozenge appearance={appearance}>{word}</Lozenge>;
}
