import { cleanup, render } from '@testing-library/react';
import type { ReactElement, ReactNode } from 'react';
import { afterEach } from 'vitest';

import { AdminWordsContext } from '../admin/words/words.ts';
import * as adminWords from '../admin/words/en/index.ts';
import type { Permission } from '../console/session.ts';
import { NavigationContext } from '../console/navigation.ts';
import type { Section } from '../console/route.ts';
import { SessionContext } from '../console/SessionContext.ts';
import { page as reportWords } from '../report/words/en.ts';
import { ReportWordsContext } from '../report/words/words.ts';
import { SpeechContext } from '../shared/speech.ts';
import { en } from '../shared/words/en.ts';

// Each test has a document of its own to look at.
afterEach(cleanup);

/** Draws a part of a page in English, as `start` draws a whole one. */
export function draw(part: ReactElement) {
  return render(part, { wrapper: Spoken });
}

function Spoken({ children }: { readonly children: ReactNode }) {
  return (
    <SpeechContext.Provider value={{ language: 'en', locale: 'en-GB', words: en }}>
      <AdminWordsContext.Provider value={adminWords.page}>
        <ReportWordsContext.Provider value={reportWords}>{children}</ReportWordsContext.Provider>
      </AdminWordsContext.Provider>
    </SpeechContext.Provider>
  );
}

interface At {
  readonly page?: 'home' | Section;
  readonly query?: string;
  readonly may?: readonly Permission[];
}

/** Draws a part of the console, at an address, for somebody who may do this. */
export function drawInConsole(part: ReactElement, { page = 'home', query = '', may = [] }: At = {}) {
  const session = { name: 'mara', role: 'lead', permissions: may, until: '' };
  const navigation = { route: { page }, query: new URLSearchParams(query), go: () => {} } as const;
  return draw(
    <SessionContext.Provider value={{ session, ended: () => {}, leave: () => Promise.resolve() }}>
      <NavigationContext.Provider value={navigation}>{part}</NavigationContext.Provider>
    </SessionContext.Provider>,
  );
}
