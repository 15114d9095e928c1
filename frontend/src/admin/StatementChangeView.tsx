import Lozenge from '@atlaskit/lozenge';

import { wordFor } from '../shared/catalogue.ts';
import { useSpeech } from '../shared/speech.ts';
import type { StatementChange } from '../shared/statement.ts';
import { changeSentence } from './changeSentence.ts';
import { useAdminWords } from './words/words.ts';

interface StatementChangeViewProps {
  readonly change: StatementChange;
}

/** One change of the statement, in the reader's language, with its place in the policy for whoever looks it up there. */
export function StatementChangeView({ change }: StatementChangeViewProps) {
  const { statement: words } = useAdminWords();
  const { language } = useSpeech();
  return (
    <>
      <span className="any-text">
        {changeSentence(change, language, words)}
        {change.reason !== null && ` (${wordFor(words.reasons, change.reason)})`}
      </span>{' '}
      {change.material && <Lozenge appearance="warning">{words.matters}</Lozenge>}
      <details className="exact">
        <summary>{words.inPolicy}</summary>
        {/* The policy has keys and values of its own, which are English. */}
        <code className="any-text" lang="en">
          {change.text}
        </code>
      </details>
    </>
  );
}
