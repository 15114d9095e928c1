import { ErrorMessage } from '@atlaskit/form/error-message';
import { HelperMessage } from '@atlaskit/form/helper-message';
import { Label } from '@atlaskit/form/label';

interface TextFieldProps {
  readonly id: string;
  readonly label: string;
  /** Where a heading says the same to the eye. */
  readonly isLabelHidden?: boolean;
  readonly about?: string;
  readonly rows: number;
  readonly value: string;
  readonly fault?: string | undefined;
  readonly lang?: string;
  readonly onChange: (text: string) => void;
}

/** A field for several lines, in the look of the fields beside it. */
export function TextField({ id, label, isLabelHidden = false, about, rows, value, fault, lang, onChange }: TextFieldProps) {
  return (
    <div>
      <div className={isLabelHidden ? 'hidden' : undefined}>
        <Label htmlFor={id}>{label}</Label>
      </div>
      <textarea
        id={id}
        className="text-area"
        rows={rows}
        value={value}
        lang={lang}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-about ${id}-fault`}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <div id={`${id}-about`}>{about !== undefined && <HelperMessage>{about}</HelperMessage>}</div>
      <div id={`${id}-fault`} aria-live="polite">
        {fault !== undefined && <ErrorMessage>{fault}</ErrorMessage>}
      </div>
    </div>
  );
}
