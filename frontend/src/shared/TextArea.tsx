import { ErrorMessage } from '@atlaskit/form/error-message';
import { HelperMessage } from '@atlaskit/form/helper-message';
import { Label } from '@atlaskit/form/label';

interface TextAreaProps {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly rows: number;
  readonly value: string;
  readonly fault: string | undefined;
  readonly onChange: (value: string) => void;
}

/** A field for several lines, in the look of the fields beside it. */
export function TextArea({ id, label, about, rows, value, fault, onChange }: TextAreaProps) {
  return (
    <div>
      <Label htmlFor={id}>{label}</Label>
      <textarea
        id={id}
        className="text-area"
        rows={rows}
        value={value}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-about ${id}-fault`}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <div id={`${id}-about`}>
        <HelperMessage>{about}</HelperMessage>
      </div>
      <div id={`${id}-fault`} aria-live="polite">
        {fault !== undefined && <ErrorMessage>{fault}</ErrorMessage>}
      </div>
    </div>
  );
}
