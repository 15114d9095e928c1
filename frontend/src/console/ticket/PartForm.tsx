import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import type { FormEvent, ReactNode } from 'react';

import { FailureBox } from '../parts/FailureBox.tsx';
import type { Act } from '../useAct.ts';

interface PartFormProps {
  readonly id: string;
  readonly title: string;
  /** What the button says that sends the form. */
  readonly button: string;
  readonly act: Act;
  readonly onSubmit: () => void;
  /** A second button, which undoes what the first one did. */
  readonly undo?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the ticket that is one form: a heading, its fields, its button, and why it could not be sent. */
export function PartForm({ id, title, button, act, onSubmit, undo, children }: PartFormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <section aria-labelledby={id} className="part">
      <Heading as="h2" size="small" id={id}>
        {title}
      </Heading>
      <form className="fields" noValidate onSubmit={submit}>
        {children}
        <div className="row-of-buttons">
          <Button type="submit" spacing="compact" isLoading={act.isRunning}>
            {button}
          </Button>
          {undo}
        </div>
      </form>
      {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h3" />}
    </section>
  );
}
