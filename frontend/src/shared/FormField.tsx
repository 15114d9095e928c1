import { ErrorMessage } from '@atlaskit/form/error-message';
import { HelperMessage } from '@atlaskit/form/helper-message';
import { Label } from '@atlaskit/form/label';
import Textfield from '@atlaskit/textfield';

interface FormFieldProps {
  readonly id: string;
  readonly label: string;
  /** One sentence about what the field is for. */
  readonly about: string;
  readonly value: string;
  /** What is wrong with the value, if something is. */
  readonly fault: string | undefined;
  readonly onChange: (value: string) => void;
  readonly type: 'email' | 'text' | 'date';
  readonly inputMode?: 'numeric';
  readonly autoComplete: 'email' | 'off';
  readonly width?: 'medium';
}

/** A field for text with its label, its explanation and what is wrong with it. */
export function FormField({ id, label, about, fault, onChange, ...input }: FormFieldProps) {
  return (
    <div>
      <Label htmlFor={id}>{label}</Label>
      <Textfield
        {...input}
        id={id}
        isInvalid={fault !== undefined}
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
