import Button from '@atlaskit/button/default/button';
import ModalBody from '@atlaskit/modal-dialog/modal-body';
import ModalDialog from '@atlaskit/modal-dialog/modal-dialog';
import ModalFooter from '@atlaskit/modal-dialog/modal-footer';
import ModalHeader from '@atlaskit/modal-dialog/modal-header';
import ModalTitle from '@atlaskit/modal-dialog/modal-title';
import { Stack } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';
import { useState } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import { FailurePanel } from '../shared/FailurePanel.tsx';
import { Loading } from '../shared/Loading.tsx';
import { ConfirmErasure } from './ConfirmErasure.tsx';
import { ErasurePreviewView } from './ErasurePreviewView.tsx';
import { namesHost, siteHost } from './siteHost.ts';
import { useErasure } from './useErasure.ts';
import { useAdminWords } from './words/words.ts';

interface EraseDialogProps {
  readonly site: string;
  readonly onClose: () => void;
  readonly onAsked: () => void;
  /** Called when the site turns out not to be as the page shows it. */
  readonly onChanged: () => void;
}

const CONFIRM_ID = 'erase-confirm';

/** Shows what would be deleted and when, and asks for it once somebody has confirmed exactly that. */
export function EraseDialog({ site, onClose, onAsked, onChanged }: EraseDialogProps) {
  const { erasure: words } = useAdminWords();
  const { preview, hasChanged, failure, isAsking, isLoading, loadPreview, ask } = useErasure(onAsked, onChanged);
  const [typed, setTyped] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const host = siteHost(site);

  const type = (text: string) => {
    setTyped(text);
    setIsMissing(false);
  };

  const submit = async () => {
    if (!namesHost(typed, host)) {
      setIsMissing(true);
      document.getElementById(CONFIRM_ID)?.focus();
      return;
    }
    // What was confirmed is not there any more, so what is there now has to be confirmed anew.
    if ((await ask()) === 'changed') {
      setTyped('');
    }
  };

  // Closing would not take back what is on its way, and would leave the page without its answer.
  const close = () => {
    if (!isAsking) {
      onClose();
    }
  };

  return (
    <ModalDialog onClose={close} shouldCloseOnOverlayClick={false}>
      <ModalHeader hasCloseButton>
        <ModalTitle appearance="danger">{words.question}</ModalTitle>
      </ModalHeader>
      <ModalBody>
        <div tabIndex={-1} className="dialog-body">
          <Stack space="space.200">
            <div role="alert" className="slot">
              {hasChanged && (
                <SectionMessage appearance="warning">
                  <p>{words.changed}</p>
                </SectionMessage>
              )}
            </div>
            {preview.state === 'loading' && <Loading what={words.what} />}
            {preview.state === 'failed' && (
              <FailurePanel failure={preview.failure} isRetrying={isLoading} onRetry={loadPreview} headingLevel="h2" />
            )}
            {preview.state === 'ready' && (
              <>
                <ErasurePreviewView preview={preview.value} />
                <ConfirmErasure
                  id={CONFIRM_ID}
                  host={host}
                  typed={typed}
                  isMissing={isMissing}
                  onType={type}
                  onSubmit={() => void submit()}
                />
              </>
            )}
            {failure !== null && <ActionFailure failure={failure} headingLevel="h2" />}
          </Stack>
        </div>
      </ModalBody>
      <ModalFooter>
        <Button appearance="subtle" onClick={close}>
          {words.cancel}
        </Button>
        {preview.state === 'ready' && (
          <Button appearance="danger" onClick={() => void submit()} isLoading={isAsking}>
            {words.button}
          </Button>
        )}
      </ModalFooter>
    </ModalDialog>
  );
}
