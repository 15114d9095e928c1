import { createContext, useContext } from 'react';

import type { Translated } from '../../shared/catalogue.ts';
import { spoken } from '../../shared/speech.ts';
import type { page } from './en.ts';

/** What the page for reports says, in one language. The English words are the measure. */
export type ReportWords = Translated<typeof page>;

export const ReportWordsContext = createContext<ReportWords | null>(null);

export function useReportWords(): ReportWords {
  return spoken(useContext(ReportWordsContext));
}
