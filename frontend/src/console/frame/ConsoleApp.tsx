import { useCallback, useEffect, useMemo, useState } from 'react';

import { serviceBase } from '../../shared/base.ts';
import { type Failure, failureOf, isRefusedAs } from '../../shared/failure.ts';
import type { Language } from '../../shared/settings.ts';
import { drafts } from '../drafts.ts';
import { KeysContext } from '../keys.ts';
import { NavigationContext, useAddress } from '../navigation.ts';
import { FailureBox } from '../parts/FailureBox.tsx';
import { Waiting } from '../parts/Waiting.tsx';
import { withoutBase } from '../route.ts';
import { loadSession, type Session, signOut } from '../session.ts';
import { SessionContext } from '../SessionContext.ts';
import { LanguageContext, preferred } from '../words/language.ts';
import { Frame } from './Frame.tsx';
import { SignIn } from './SignIn.tsx';

type Who =
  | { readonly state: 'asking' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'nobody'; readonly hasEnded: boolean }
  | { readonly state: 'somebody'; readonly session: Session };

/** Who is signed in, as the service says; asked once when the page opens. */
function useWho() {
  const [who, setWho] = useState<Who>({ state: 'asking' });
  const [run, setRun] = useState(0);

  useEffect(() => {
    const own = new AbortController();
    const settle = (who: Who) => own.signal.aborted || setWho(who);
    loadSession(own.signal).then(
      (session) => settle({ state: 'somebody', session }),
      (thrown: unknown) => {
        const failure = failureOf(thrown);
        const isNobody = isRefusedAs(failure, 'unauthenticated');
        settle(isNobody ? { state: 'nobody', hasEnded: false } : { state: 'failed', failure });
      },
    );
    return () => own.abort();
  }, [run]);

  return { who, setWho, askAgain: () => setRun((before) => before + 1) };
}

/** The language is in the address, so that it stays where the page is kept or loaded anew. */
function useChosenLanguage(query: URLSearchParams): Language {
  const named = query.get('lang');
  const language = named === 'de' || named === 'en' ? named : preferred(navigator.languages);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return language;
}

/** The console: its door while nobody is signed in, and everything behind it. */
export function ConsoleApp() {
  const navigation = useAddress();
  const language = useChosenLanguage(navigation.query);
  const { who, setWho, askAgain } = useWho();
  const [areKeysOn, setAreKeysOn] = useState(true);

  const ended = useCallback(() => setWho({ state: 'nobody', hasEnded: true }), [setWho]);
  const leave = useCallback(async () => {
    await signOut(AbortSignal.timeout(20_000));
    drafts.forget();
    setWho({ state: 'nobody', hasEnded: false });
  }, [setWho]);
  const signedIn = useMemo(
    () => (who.state === 'somebody' ? { session: who.session, ended, leave } : null),
    [who, ended, leave],
  );
  useEndOf(who.state === 'somebody' ? who.session : null, ended);

  const { go } = navigation;
  const changeLanguage = () => {
    const query = new URLSearchParams(window.location.search);
    query.set('lang', language === 'en' ? 'de' : 'en');
    go(withoutBase(window.location.pathname, serviceBase()), query, true);
  };

  return (
    <LanguageContext.Provider value={language}>
      <NavigationContext.Provider value={navigation}>
        <KeysContext.Provider value={areKeysOn}>
          {who.state === 'asking' && <Waiting />}
          {who.state === 'failed' && (
            <main className="sign-in">
              <FailureBox failure={who.failure} headingLevel="h2" onRetry={askAgain} />
            </main>
          )}
          {who.state === 'nobody' && (
            <SignIn
              hasEnded={who.hasEnded}
              onSignedIn={(session) => setWho({ state: 'somebody', session })}
              onLanguage={changeLanguage}
            />
          )}
          {signedIn !== null && (
            <SessionContext.Provider value={signedIn}>
              <Frame onLanguage={changeLanguage} onKeys={setAreKeysOn} />
            </SessionContext.Provider>
          )}
        </KeysContext.Provider>
      </NavigationContext.Provider>
    </LanguageContext.Provider>
  );
}

/** What is on the screen goes when the session does, and not only when somebody next clicks. */
function useEndOf(session: Session | null, ended: () => void): void {
  useEffect(() => {
    if (session === null) {
      return undefined;
    }
    // Timers hold 31 bits of milliseconds; a session is shorter, but its end comes from outside.
    const wait = Math.min(Math.max(Date.parse(session.until) - Date.now(), 0), 2 ** 31 - 1);
    const timer = window.setTimeout(ended, wait);
    return () => window.clearTimeout(timer);
  }, [session, ended]);
}
