import { ErrorMessage } from '@atlaskit/form/error-message';
import { HelperMessage } from '@atlaskit/form/helper-message';
import { Label } from '@atlaskit/form/label';
import type { ReactNode } from 'react';

/** What every field of a form is told. */
export interface FieldProps {
  readonly id: string;
  readonly label: string;
  /** One sentence about what the field is for. */
  readonly about: string;
  /** What is wrong with the value, if something is. */
  readonly fault: string | undefined;
  readonly isRequired?: boolean;
}

interface FieldFrameProps extends FieldProps {
  readonly children: ReactNode;
}

/** The label of a field, its explanation and what is wrong with it, around the field. */
export function FieldFrame({ id, label, about, fault, isRequired = false, children }: FieldFrameProps) {
  return (
    <div>
      <Label htmlFor={id}>
        {label}
        {isRequired && (
          <span className="required" aria-hidden="true">
            *
          </span>
        )}
      </Label>
      {children}
      <div id={`${id}-about`}>
        <HelperMessage>{about}</HelperMessage>
      </div>
      <div id={`${id}-fault`} aria-live="polite">
        {fault !== undefined && <ErrorMessage>{fault}</ErrorMessage>}
      </div>
    </div>
  );
}

/** How the field itself refers to what its frame says. */
export function describedBy({ id, fault, isRequired = false }: FieldProps) {
  return {
    'aria-invalid': fault !== undefined,
    'aria-required': isRequired,
    'aria-describedby': `${id}-about ${id}-fault`,
  };
}
