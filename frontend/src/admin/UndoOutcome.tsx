import SectionMessage from '@atlaskit/section-message/section-message';

import { useAdminWords } from './words/words.ts';

export type UndoResult = 'undone' | 'nothing-to-undo';

interface UndoOutcomeProps {
  readonly result: UndoResult;
}

/** What became of an undo, beside the state of the site, which is loaded anew meanwhile. */
export function UndoOutcome({ result }: UndoOutcomeProps) {
  const { erasure: words } = useAdminWords();
  return result === 'undone' ? (
    <SectionMessage appearance="success">
      <p>{words.undone}</p>
    </SectionMessage>
  ) : (
    <SectionMessage appearance="information">
      <p>{words.nothingToUndo}</p>
    </SectionMessage>
  );
}
