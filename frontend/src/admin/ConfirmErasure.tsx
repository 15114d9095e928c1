import { FormField } from '../shared/FormField.tsx';
import { useAdminWords } from './words/words.ts';

interface ConfirmErasureProps {
  readonly id: string;
  /** The host of the site, which has to be typed. */
  readonly host: string;
  readonly typed: string;
  /** Whether somebody tried to go on without it. */
  readonly isMissing: boolean;
  readonly onType: (typed: string) => void;
  readonly onSubmit: () => void;
}

/** A click alone is too quick for what nobody can bring back. */
export function ConfirmErasure({ id, host, typed, isMissing, onType, onSubmit }: ConfirmErasureProps) {
  const { erasure: words } = useAdminWords();
  return (
    <form
      noValidate
      aria-label={words.button}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <FormField
        id={id}
        label={words.confirm(host)}
        about={words.confirmAbout}
        type="text"
        autoComplete="off"
        value={typed}
        fault={isMissing ? words.confirmMissing(host) : undefined}
        onChange={onType}
      />
    </form>
  );
}
