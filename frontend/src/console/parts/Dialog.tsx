import Button from '@atlaskit/button/default/button';
import ModalBody from '@atlaskit/modal-dialog/modal-body';
import ModalDialog from '@atlaskit/modal-dialog/modal-dialog';
import ModalFooter from '@atlaskit/modal-dialog/modal-footer';
import ModalHeader from '@atlaskit/modal-dialog/modal-header';
import ModalTitle from '@atlaskit/modal-dialog/modal-title';
import type { FormEvent, ReactNode, RefObject } from 'react';

import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';

interface DialogProps {
  readonly title: string;
  /** What the button that does it says; without one there is nothing but to close. */
  readonly action?: string;
  readonly isDangerous?: boolean;
  readonly isRunning?: boolean;
  /** Where the keyboard begins. */
  readonly first?: RefObject<HTMLElement>;
  readonly onClose: () => void;
  readonly onSubmit?: () => void;
  readonly children: ReactNode;
}

/** A dialog with one thing to do. It does not close while that is under way, which closing would not take back. */
export function Dialog({ title, action, isDangerous = false, isRunning = false, first, onClose, onSubmit, children }: DialogProps) {
  const words = useWords(commonWords);
  const close = () => {
    if (!isRunning) {
      onClose();
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isRunning) {
      onSubmit?.();
    }
  };
  return (
    <ModalDialog onClose={close} shouldCloseOnOverlayClick={false} {...(first && { autoFocus: first })}>
      <form noValidate className="dialog-form" onSubmit={submit}>
        <ModalHeader hasCloseButton>
          <ModalTitle>{title}</ModalTitle>
        </ModalHeader>
        <ModalBody>
          <div tabIndex={-1} className="dialog-body">
            {children}
          </div>
        </ModalBody>
        <ModalFooter>
          <Button appearance="subtle" onClick={close}>
            {action === undefined ? words.close : words.cancel}
          </Button>
          {action !== undefined && (
            <Button type="submit" appearance={isDangerous ? 'danger' : 'primary'} isLoading={isRunning}>
              {action}
            </Button>
          )}
        </ModalFooter>
      </form>
    </ModalDialog>
  );
}
