import { host } from '#host';

import type { Language } from './settings.ts';

/** A language that the pages are written in, and how dates and numbers are written there. */
export interface Tongue {
  readonly language: Language;
  /** A tag of BCP 47, such as `de-AT`. */
  readonly locale: string;
}

const ENGLISH: Tongue = { language: 'en', locale: 'en' };

/** The product answers soon, or after the page has begun, or never: some versions do not know the question. */
const ANSWER_WITHIN_MILLISECONDS = 400;

/** A tag as browsers understand it. Products write `de_DE`. */
function canonical(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0] ?? null;
  } catch {
    return null;
  }
}

/** The first of these tags that there is a language for; English where there is none. */
export function tongueOf(tags: readonly string[]): Tongue {
  for (const tag of tags) {
    const locale = canonical(tag);
    const [main] = (locale ?? '').split('-');
    if (locale !== null && (main === 'de' || main === 'en')) {
      return { language: main, locale };
    }
  }
  return ENGLISH;
}

function later(milliseconds: number): Promise<null> {
  return new Promise((resolve) => window.setTimeout(() => resolve(null), milliseconds));
}

/**
 * Says which language to speak: the one that the user has chosen in the product, then that of the browser, then English. A
 * product that is slow to answer does not hold the page up: it begins as the browser likes it, and changes when the answer comes.
 */
export async function followTongue(speak: (tongue: Tongue) => void): Promise<void> {
  const ofHost = host.locale();
  const first = ofHost === null ? null : await Promise.race([ofHost, later(ANSWER_WITHIN_MILLISECONDS)]);
  const ofBrowser = navigator.languages;
  const begun = tongueOf(first === null ? ofBrowser : [first, ...ofBrowser]);
  speak(begun);
  if (first === null && ofHost !== null) {
    const chosen = tongueOf([await ofHost, ...ofBrowser]);
    if (chosen.locale !== begun.locale) {
      speak(chosen);
    }
  }
}
