import { type ReactNode, useRef, useState } from 'react';

import type { Failure } from '../../shared/failure.ts';
import { isReason } from '../reason.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { Dialog } from './Dialog.tsx';
import { FailureBox } from './FailureBox.tsx';
import { InputField } from './InputField.tsx';

interface ReasonDialogProps {
  readonly title: string;
  readonly action: string;
  readonly label?: string;
  readonly isDangerous?: boolean;
  readonly isRunning: boolean;
  readonly failure: Failure | null;
  readonly onClose: () => void;
  readonly onReason: (reason: string) => void;
  /** What will come of it. */
  readonly children: ReactNode;
}

/** Asks why before something is done. */
export function ReasonDialog({ label, failure, isRunning, onReason, children, ...dialog }: ReasonDialogProps) {
  const words = useWords(commonWords);
  const [reason, setReason] = useState('');
  const [hasTried, setHasTried] = useState(false);

  const field = useRef<HTMLInputElement>(null);

  const submit = () => {
    setHasTried(true);
    if (isReason(reason)) {
      onReason(reason.trim());
    } else {
      field.current?.focus();
    }
  };

  return (
    <Dialog {...dialog} isRunning={isRunning} first={field} onSubmit={submit}>
      <div className="fields">
        {children}
        <InputField
          id="reason"
          field={field}
          label={label ?? words.reason}
          about={words.reasonAbout}
          value={reason}
          fault={hasTried && !isReason(reason) ? words.reasonFault : undefined}
          onChange={setReason}
        />
        {failure !== null && <FailureBox failure={failure} headingLevel="h2" />}
      </div>
    </Dialog>
  );
}
