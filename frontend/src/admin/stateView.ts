import { wordFor } from '../shared/catalogue.ts';
import type { AdminWords } from './words/words.ts';

type Words = AdminWords['installation'];
type Appearance = 'success' | 'warning' | 'danger' | 'neutral';

export interface StateView {
  readonly label: string;
  readonly appearance: Appearance;
}

const APPEARANCES: Readonly<Record<string, Appearance>> = {
  active: 'success',
  suspected: 'warning',
  marked: 'warning',
  erasing: 'danger',
};

/** The reason of a deletion that an administrator asked for. */
export const ASKED = 'asked';

/** A state that a newer service knows is shown under the service's own name. */
export function stateView(state: string, reason: string | null, { states }: Words): StateView {
  // The app has not left the site when its data is only asked to go.
  const isAsked = state === 'marked' && reason === ASKED;
  const shown = isAsked ? 'suspected' : state;
  return { label: wordFor(states, shown), appearance: APPEARANCES[shown] ?? 'neutral' };
}

/** Why data is going to be deleted, or nothing when the service gives no reason. */
export function reasonSentence(reason: string | null, words: Words): string | null {
  if (reason === null) {
    return null;
  }
  const { reasons } = words;
  return Object.hasOwn(reasons, reason) ? reasons[reason as keyof typeof reasons] : words.reason(reason);
}
