import { useEffect, useRef, useState } from 'react';

import { Boundary } from '../../shared/Boundary.tsx';
import { useKeys } from '../keys.ts';
import { useNavigation } from '../navigation.ts';
import { NotShown } from '../parts/NotShown.tsx';
import { HOME } from '../route.ts';
import { useMay } from '../SessionContext.ts';
import { frameWords } from '../words/frame.ts';
import { useWords } from '../words/language.ts';
import { Account } from './Account.tsx';
import { KeysDialog } from './KeysDialog.tsx';
import { Page, titleOf } from './Page.tsx';
import { Sections } from './Sections.tsx';

interface FrameProps {
  readonly onLanguage: () => void;
  readonly onKeys: (areOn: boolean) => void;
}

/** What stands around every page: sections, who is signed in, and the keys that work everywhere. */
export function Frame({ onLanguage, onKeys }: FrameProps) {
  const words = useWords(frameWords);
  const { route, go } = useNavigation();
  const [isShowingKeys, setIsShowingKeys] = useState(false);
  const main = useRef<HTMLElement>(null);
  const may = useMay();

  const title = titleOf(route, words, may);
  const place = JSON.stringify(route);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${title} – ${words.console}`;
  }, [title, words]);
  // Whoever goes to another page begins at its beginning, and hears which one it is.
  useEffect(() => {
    if (!isFirst.current) {
      main.current?.focus();
      window.scrollTo(0, 0);
    }
    isFirst.current = false;
  }, [place]);

  useKeys({
    keys: () => setIsShowingKeys(true),
    search: () => (may('staff: queue') ? goToSearch(() => go(HOME)) : undefined),
    back: () => go(HOME),
  });

  return (
    <>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <header className="frame-head">
        <span className="frame-name">{words.console}</span>
        <Account onLanguage={onLanguage} onShowKeys={() => setIsShowingKeys(true)} />
      </header>
      <div className="frame-body">
        <Sections />
        <main id="content" ref={main} tabIndex={-1} className="frame-main" aria-label={title}>
          <Boundary place={place} fallback={(again) => <NotShown onAgain={again} />}>
            <Page />
          </Boundary>
        </main>
      </div>
      {isShowingKeys && <KeysDialog onClose={() => setIsShowingKeys(false)} onChange={onKeys} />}
    </>
  );
}

/** The field for searching is on the page of the queue. */
function goToSearch(goHome: () => void): void {
  const find = () => document.getElementById('search');
  if (find() === null) {
    goHome();
  }
  window.requestAnimationFrame(() => window.requestAnimationFrame(() => find()?.focus()));
}
