import { wordFor } from '../shared/catalogue.ts';
import type { AdminWords } from './words/words.ts';

type Words = AdminWords['timeline'];

/** What happened, and more about it when the service says more. */
export interface EventWords {
  readonly what: string;
  readonly more: string | null;
}

function detailsOf(kind: string, words: Words): Readonly<Record<string, string>> {
  switch (kind) {
    case 'suspected':
      return words.suspected;
    case 'suspicion_cleared':
      return words.cleared;
    default:
      return kind.startsWith('notice_') ? words.notices : {};
  }
}

function detailWords(kind: string, detail: string | null, words: Words): string | null {
  // A kind of notice is the same with and without the word before it.
  return detail === null ? null : wordFor(detailsOf(kind, words), detail.replace(/^notice_/, ''));
}

/** A kind that a newer service knows is shown under the service's own name. */
export function eventWords(kind: string, detail: string | null, words: Words): EventWords {
  return { what: wordFor(words.events, kind), more: detailWords(kind, detail, words) };
}

export function upcomingWords(kind: string, words: Words): string {
  return wordFor(words.coming, kind);
}
