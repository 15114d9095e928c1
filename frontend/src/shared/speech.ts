import { createContext, useContext, useMemo } from 'react';

import { formatBytes, formatCount, formatMoment, formatTimeOfDay } from './format.ts';
import type { Tongue } from './tongue.ts';
import type { SharedWords } from './words/words.ts';

/** What a page speaks: its language, and what the parts say that all pages use. */
export interface Speech extends Tongue {
  readonly words: SharedWords;
}

/** Without words nothing is drawn, so a part never has to do without them. */
export const SpeechContext = createContext<Speech | null>(null);

export function useSpeech(): Speech {
  return spoken(useContext(SpeechContext));
}

/** The messages of the parts that all pages use. */
export function useSharedWords(): SharedWords {
  return useSpeech().words;
}

/** The words that a context holds, which `start` has put there. */
export function spoken<Words>(words: Words | null): Words {
  if (words === null) {
    throw new Error('a part of a page stands outside of its words');
  }
  return words;
}

/** Numbers and times as they are written where the user is. */
export interface Format {
  readonly count: (value: number) => string;
  readonly bytes: (bytes: number) => string;
  readonly moment: (moment: string | Date) => string;
  readonly timeOfDay: (moment: Date) => string;
}

export function formatIn(locale: string): Format {
  return {
    count: (value) => formatCount(value, locale),
    bytes: (bytes) => formatBytes(bytes, locale),
    moment: (moment) => formatMoment(moment, locale),
    timeOfDay: (moment) => formatTimeOfDay(moment, locale),
  };
}

export function useFormat(): Format {
  const { locale } = useSpeech();
  return useMemo(() => formatIn(locale), [locale]);
}
