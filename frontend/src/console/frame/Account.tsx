import Button from '@atlaskit/button/default/button';

import { formatTimeOfDay } from '../../shared/format.ts';
import { wordFor } from '../../shared/catalogue.ts';
import { useLeave, useSession } from '../SessionContext.ts';
import { useAct } from '../useAct.ts';
import { commonWords } from '../words/common.ts';
import { frameWords } from '../words/frame.ts';
import { useLanguage, useWords } from '../words/language.ts';
import { FailureBox } from '../parts/FailureBox.tsx';
import { LanguageButton } from './LanguageButton.tsx';

interface AccountProps {
  readonly onLanguage: () => void;
  readonly onShowKeys: () => void;
}

/** Who is signed in, until when, and the way out. */
export function Account({ onLanguage, onShowKeys }: AccountProps) {
  const words = useWords(frameWords);
  const { roles } = useWords(commonWords);
  const language = useLanguage();
  const { name, role, until } = useSession();
  const leave = useLeave();
  const leaving = useAct();
  return (
    <div className="account">
      <span className="any-text" title={words.until(formatTimeOfDay(new Date(until), language))}>
        {words.signedInAs(name, wordFor(roles, role))}
      </span>
      <Button appearance="subtle" onClick={onShowKeys}>
        {words.keys}
      </Button>
      <LanguageButton onChange={onLanguage} />
      <Button onClick={() => void leaving.run(leave)} isLoading={leaving.isRunning}>
        {words.signOut}
      </Button>
      {leaving.failure !== null && <FailureBox failure={leaving.failure} headingLevel="h2" />}
    </div>
  );
}
