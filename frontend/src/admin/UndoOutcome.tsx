import SectionMessage from '@atlaskit/section-message/section-message';

export type UndoResult = 'undone' | 'nothing-to-undo';

interface UndoOutcomeProps {
  readonly result: UndoResult;
}

/** What became of an undo, beside the state of the site, which is loaded anew meanwhile. */
export function UndoOutcome({ result }: UndoOutcomeProps) {
  return result === 'undone' ? (
    <SectionMessage appearance="success">
      <p>The early deletion is undone. The data stays as if it had not been asked for.</p>
    </SectionMessage>
  ) : (
    <SectionMessage appearance="information">
      <p>
        There was nothing to undo: somebody has undone the deletion already, or it has begun. This page shows the state now.
      </p>
    </SectionMessage>
  );
}
