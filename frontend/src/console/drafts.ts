import { useCallback, useState } from 'react';

import { useSession } from './SessionContext.ts';

/**
 * What somebody has written and not sent. It is in memory alone, outlives the end of a session, and is nobody else's: whoever
 * signs in next does not find it.
 */
export class Drafts {
  readonly #texts = new Map<string, string>();
  #owner = '';

  of(owner: string, place: string): string {
    this.#belongTo(owner);
    return this.#texts.get(place) ?? '';
  }

  keep(owner: string, place: string, text: string): void {
    this.#belongTo(owner);
    if (text === '') {
      this.#texts.delete(place);
    } else {
      this.#texts.set(place, text);
    }
  }

  get areThere(): boolean {
    return this.#texts.size > 0;
  }

  forget(): void {
    this.#texts.clear();
  }

  #belongTo(owner: string): void {
    if (owner !== this.#owner) {
      this.forget();
      this.#owner = owner;
    }
  }
}

export const drafts = new Drafts();

/** A text that is kept while it is written, also when its page is left. */
export function useDraft(place: string): readonly [string, (text: string) => void] {
  const { name } = useSession();
  const [written, setWritten] = useState({ place, text: drafts.of(name, place) });
  const text = written.place === place ? written.text : drafts.of(name, place);
  const write = useCallback(
    (text: string) => {
      drafts.keep(name, place, text);
      setWritten({ place, text });
    },
    [name, place],
  );
  return [text, write];
}
