import type { AdminWords } from './words/words.ts';

/** How much of a list is shown. */
export function shownSentence(shown: string, hasMore: boolean, counts: AdminWords['counts']): string {
  return hasMore ? counts.more(shown) : counts.all(shown);
}
