import Checkbox from '@atlaskit/checkbox';
import { ErrorMessage } from '@atlaskit/form/error-message';

import { useAdminWords } from './words/words.ts';

interface ConfirmErasureProps {
  readonly id: string;
  readonly isTicked: boolean;
  /** Whether somebody tried to go on without it. */
  readonly isMissing: boolean;
  readonly onTick: (ticked: boolean) => void;
}

export function ConfirmErasure({ id, isTicked, isMissing, onTick }: ConfirmErasureProps) {
  const { erasure: words } = useAdminWords();
  return (
    <div>
      <Checkbox
        id={id}
        isChecked={isTicked}
        isInvalid={isMissing}
        aria-describedby={`${id}-fault`}
        label={words.confirm}
        onChange={(event) => onTick(event.currentTarget.checked)}
      />
      <div id={`${id}-fault`} aria-live="polite">
        {isMissing && <ErrorMessage>{words.confirmMissing}</ErrorMessage>}
      </div>
    </div>
  );
}
