import { createContext, useContext } from 'react';

import type { Translated } from '../../shared/catalogue.ts';
import { spoken } from '../../shared/speech.ts';
import type { control } from './en/control.ts';
import type { site } from './en/site.ts';

/** The English words are the measure: the German ones have their types. */
export type SiteWords = Translated<typeof site>;
export type ControlWords = Translated<typeof control>;

/** What the page for administrators says, in one language. */
export type AdminWords = SiteWords & ControlWords;

export const AdminWordsContext = createContext<AdminWords | null>(null);

export function useAdminWords(): AdminWords {
  return spoken(useContext(AdminWordsContext));
}
