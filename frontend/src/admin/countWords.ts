import type { Format } from '../shared/speech.ts';
import type { AdminWords } from './words/words.ts';

/** How much of a list is shown. */
export function shownSentence(shown: string, hasMore: boolean, counts: AdminWords['counts']): string {
  return hasMore ? counts.more(shown) : shown;
}

/** How large records are, where that is counted. */
export function sizeWords(records: number, bytes: number, none: string, format: Format): string {
  return bytes === 0 && records > 0 ? none : format.bytes(bytes);
}
