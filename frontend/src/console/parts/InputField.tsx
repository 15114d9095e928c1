import { ErrorMessage } from '@atlaskit/form/error-message';
import { HelperMessage } from '@atlaskit/form/helper-message';
import { Label } from '@atlaskit/form/label';
import Textfield from '@atlaskit/textfield';
import type { RefObject } from 'react';

interface InputFieldProps {
  readonly id: string;
  readonly label: string;
  readonly about: string | null;
  readonly value: string;
  readonly fault: string | undefined;
  readonly onChange: (text: string) => void;
  readonly type?: 'text' | 'password' | 'search' | 'datetime-local';
  readonly inputMode?: 'numeric';
  readonly autoComplete?: string;
  readonly maxLength?: number;
  /** For a dialog that begins here. */
  readonly field?: RefObject<HTMLInputElement>;
}

/** A field of one line, with its label, what it is for, and what is wrong with it. */
export function InputField({ id, label, about, fault, onChange, type = 'text', autoComplete = 'off', field, ...input }: InputFieldProps) {
  return (
    <div>
      <Label htmlFor={id}>{label}</Label>
      <Textfield
        {...input}
        {...(field && { ref: field })}
        id={id}
        type={type}
        autoComplete={autoComplete}
        isInvalid={fault !== undefined}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-about ${id}-fault`}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <div id={`${id}-about`}>{about !== null && <HelperMessage>{about}</HelperMessage>}</div>
      <div id={`${id}-fault`} aria-live="polite">
        {fault !== undefined && <ErrorMessage>{fault}</ErrorMessage>}
      </div>
    </div>
  );
}
