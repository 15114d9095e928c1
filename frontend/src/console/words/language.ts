import { createContext, useContext } from 'react';

import type { Catalogue } from '../../shared/catalogue.ts';
import type { Language } from '../../shared/settings.ts';

/** The first language of the browser that there is; English where there is none. */
export function preferred(languages: readonly string[]): Language {
  for (const language of languages) {
    const [main] = language.toLowerCase().split('-');
    if (main === 'de' || main === 'en') {
      return main;
    }
  }
  return 'en';
}

/** How numbers and dates are written by somebody who reads this language: as where their browser says that they are. */
export function localeFor(language: Language, languages: readonly string[]): string {
  return languages.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;
}

export const LanguageContext = createContext<Language>('en');

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

/** The tag of BCP 47 for numbers and dates, such as `en-GB`. */
export function useLocale(): string {
  return localeFor(useLanguage(), navigator.languages);
}

/** The messages of one part of the console, in the language that it is shown in. */
export function useWords<Words>(words: Catalogue<Words>): Catalogue<Words>['en'] {
  return words[useLanguage()];
}
