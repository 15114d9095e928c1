import type { StatementChange } from '../shared/statement.ts';
import type { Language } from '../shared/settings.ts';
import type { AdminWords } from './words/words.ts';

type Words = Pick<AdminWords['statement'], 'added' | 'removed'>;

/** What changed and how, in one line. What was added or removed is named, and its value said where it has one. */
export function changeSentence(change: StatementChange, language: Language, words: Words): string {
  const { what, before, after } = change.words[language];
  if (before !== null && after !== null) {
    return `${what}: ${before} → ${after}`;
  }
  const value = before ?? after;
  const kept = value === null ? '' : ` (${value})`;
  if (change.isAdded) {
    return `${what}: ${words.added}${kept}`;
  }
  return change.isRemoved ? `${what}: ${words.removed}${kept}` : what;
}
