import Button from '@atlaskit/button/default/button';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';
import { useState } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import { undoErasure } from '../shared/erasure.ts';
import { type Failure, isRefusedAs } from '../shared/failure.ts';
import { Moment } from '../shared/Moment.tsx';
import { useAction } from '../shared/useAction.ts';
import { useFocusHandover } from '../shared/useFocusHandover.ts';
import type { UndoResult } from './UndoOutcome.tsx';
import { useAdminWords } from './words/words.ts';

interface ErasureAskedProps {
  readonly dueAt: string;
  readonly onUndone: (result: UndoResult) => void;
}

/** An early deletion that was asked for: until when it can be undone, and the way to do it. */
export function ErasureAsked({ dueAt, onUndone }: ErasureAskedProps) {
  const { erasure: words } = useAdminWords();
  const part = useFocusHandover<HTMLDivElement>();
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isRunning, run } = useAction();

  const undo = async () => {
    setFailure(null);
    const outcome = await run(undoErasure);
    if (outcome?.state === 'ready') {
      onUndone('undone');
    } else if (outcome?.state === 'failed' && isRefusedAs(outcome.failure, 'nothing_to_undo')) {
      onUndone('nothing-to-undo');
    } else if (outcome?.state === 'failed') {
      setFailure(outcome.failure);
    }
  };

  return (
    <div ref={part}>
      <Stack space="space.200">
        <SectionMessage appearance="warning" title={words.asked} headingLevel="h3">
          <Stack space="space.150" alignInline="start">
            <Text as="p">
              {words.final} <Moment at={dueAt} />. {words.canUndo}
            </Text>
            <Button onClick={() => void undo()} isLoading={isRunning}>
              {words.undo}
            </Button>
          </Stack>
        </SectionMessage>
        {failure !== null && <ActionFailure failure={failure} headingLevel="h3" />}
      </Stack>
    </div>
  );
}
