import Textfield from '@atlaskit/textfield';

import { describedBy, FieldFrame, type FieldProps } from './FieldFrame';

interface FormFieldProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type: 'email' | 'text' | 'date';
  readonly inputMode?: 'numeric';
  readonly autoComplete: 'email' | 'off';
  readonly width?: 'medium';
}

/** A field for text with its label, its explanation and what is wrong with it. */
export function FormField({ id, label, about, fault, isRequired = false, onChange, ...input }: FormFieldProps) {
  const field = { id, label, about, fault, isRequired };
  return (
    <FieldFrame {...field}>
      <Textfield
        {...input}
        {...describedBy(field)}
        id={id}
        isInvalid={fault !== undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </FieldFrame>
  );
}
