import Checkbox from '@atlaskit/checkbox';
import { ErrorMessage } from '@atlaskit/form/error-message';

interface ConfirmErasureProps {
  readonly id: string;
  readonly isTicked: boolean;
  /** Whether somebody tried to go on without it. */
  readonly isMissing: boolean;
  readonly onTick: (ticked: boolean) => void;
}

export function ConfirmErasure({ id, isTicked, isMissing, onTick }: ConfirmErasureProps) {
  return (
    <div>
      <Checkbox
        id={id}
        isChecked={isTicked}
        isInvalid={isMissing}
        aria-describedby={`${id}-fault`}
        label="I have the right to decide this for the site, and want all of this deleted."
        onChange={(event) => onTick(event.currentTarget.checked)}
      />
      <div id={`${id}-fault`} aria-live="polite">
        {isMissing && <ErrorMessage>Tick the box to confirm the deletion.</ErrorMessage>}
      </div>
    </div>
  );
}
