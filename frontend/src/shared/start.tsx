import { host } from '#host';
import { type Context, type ReactNode, StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';

import { removeTokenFromAddress } from './address.ts';
import { Boundary } from './Boundary.tsx';
import { BrokenPart } from './BrokenPart.tsx';
import { ReportButton } from './ReportButton.tsx';
import type { Language } from './settings.ts';
import { SpeechContext } from './speech.ts';
import { followTongue, type Tongue } from './tongue.ts';
import type { SharedWords } from './words/words.ts';

/** What a page says in one language. */
export interface PageWords<Words> {
  readonly shared: SharedWords;
  readonly page: Words;
}

export interface PageStart<Words extends { readonly title: string }> {
  readonly context: Context<Words | null>;
  /** Each language is a file of its own, so nobody loads words that they do not read. */
  readonly words: Readonly<Record<Language, () => Promise<PageWords<Words>>>>;
  readonly page: ReactNode;
  /** What can be asked of the service before the words are there. */
  readonly askAhead?: () => void;
  /** Whether it is the page for reports itself, from which no other one of its kind opens. */
  readonly isForReports?: boolean;
}

/** Begins a page: away with the token, on with the theme, and then the page in the language of its user. */
export function start<Words extends { readonly title: string }>(begun: PageStart<Words>): void {
  removeTokenFromAddress();
  begun.askAhead?.();
  host.followTheme();
  const element = document.getElementById('root');
  if (element) {
    let root: Root | null = null;
    void followTongue((tongue) => {
      begun.words[tongue.language]().then(
        (words) => {
          root ??= createRoot(element);
          draw(root, begun, tongue, words);
        },
        () => root === null && giveUp(element),
      );
    });
    host.fit(element);
  }
}

/** Drawn anew in another language, the page keeps its state. */
function draw<Words extends { readonly title: string }>(
  root: Root,
  { context: PageContext, page, isForReports = false }: PageStart<Words>,
  tongue: Tongue,
  words: PageWords<Words>,
): void {
  document.documentElement.lang = tongue.locale;
  document.title = words.page.title;
  root.render(
    <StrictMode>
      <SpeechContext.Provider value={{ ...tongue, words: words.shared }}>
        <PageContext.Provider value={words.page}>
          <Boundary fallback={(again) => broken(words.shared, again, isForReports)}>{page}</Boundary>
        </PageContext.Provider>
      </SpeechContext.Provider>
    </StrictMode>,
  );
}

function broken(words: SharedWords, again: () => void, isForReports: boolean): ReactNode {
  return (
    <main className="page">
      <BrokenPart words={words.notShown} headingLevel="h1" onAgain={again}>
        {!isForReports && <ReportButton errorId={null} words={words} />}
      </BrokenPart>
    </main>
  );
}

/** The words did not come, so these are in every language. The page is not blank, and says what helps. */
const NO_WORDS = [
  // eslint-disable-next-line no-restricted-syntax -- said when there is no catalogue
  ['en', 'The page could not be loaded. Reload it.'],
  ['de', 'Die Seite konnte nicht geladen werden. Laden Sie sie neu.'],
] as const;

function giveUp(element: HTMLElement): void {
  element.replaceChildren(
    ...NO_WORDS.map(([lang, text]) => {
      const line = Object.assign(document.createElement('p'), { lang, textContent: text, className: 'waiting' });
      line.role = 'alert';
      return line;
    }),
  );
}
