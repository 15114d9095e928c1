import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import ModalTransition from '@atlaskit/modal-dialog/modal-transition';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import { useEffect, useRef, useState } from 'react';

import { bringTo } from '../shared/bringTo.ts';
import type { Session } from '../shared/session.ts';
import { useFocusHandover } from '../shared/useFocusHandover.ts';
import { EraseDialog } from './EraseDialog.tsx';
import { ErasureAsked } from './ErasureAsked.tsx';
import { ASKED } from './stateView.ts';
import { UndoOutcome, type UndoResult } from './UndoOutcome.tsx';
import { useAdminWords } from './words/words.ts';

interface EraseSectionProps {
  readonly session: Session;
  readonly onChanged: () => void;
}

/** Lets administrators delete the data of their site before its day, and undo that in time. */
export function EraseSection({ session, onChanged }: EraseSectionProps) {
  const { erasure: words } = useAdminWords();
  const [undone, setUndone] = useState<UndoResult | null>(null);
  const isAsked = session.reason === ASKED;
  const section = useRef<HTMLElement>(null);
  const wasAskedHere = useRef(false);

  // Whoever has just asked for it is brought to what became of that, and to the way back.
  useEffect(() => {
    if (isAsked && wasAskedHere.current) {
      wasAskedHere.current = false;
      bringTo(section.current);
    }
  }, [isAsked]);

  const onUndone = (result: UndoResult) => {
    setUndone(result);
    onChanged();
  };

  const onAsked = () => {
    wasAskedHere.current = true;
    setUndone(null);
    onChanged();
  };

  return (
    <section ref={section} aria-labelledby="delete-early" tabIndex={-1}>
      <Stack space="space.200">
        <Heading as="h2" size="medium" id="delete-early">
          {words.title}
        </Heading>
        <div role="status" className="slot">
          {undone !== null && <UndoOutcome result={undone} />}
        </div>
        <div role="status" className="slot">
          {isAsked && session.dueAt !== null && <ErasureAsked dueAt={session.dueAt} onUndone={onUndone} />}
        </div>
        {session.state === 'erasing' && (
          <Text as="p">{words.running}</Text>
        )}
        {!isAsked && session.state !== 'erasing' && <AskPart site={session.site} onAsked={onAsked} onChanged={onChanged} />}
      </Stack>
    </section>
  );
}

interface AskPartProps {
  readonly site: string;
  readonly onAsked: () => void;
  readonly onChanged: () => void;
}

function AskPart({ site, onAsked, onChanged }: AskPartProps) {
  const { erasure: words } = useAdminWords();
  const [isOpen, setIsOpen] = useState(false);
  const part = useFocusHandover<HTMLDivElement>();

  const close = () => setIsOpen(false);
  const asked = () => {
    close();
    onAsked();
  };

  return (
    <div ref={part}>
      <Stack space="space.150" alignInline="start">
        <Text as="p">{words.about}</Text>
        <Button appearance="danger" onClick={() => setIsOpen(true)}>
          {words.button}
        </Button>
      </Stack>
      <ModalTransition>{isOpen && <EraseDialog site={site} onClose={close} onAsked={asked} onChanged={onChanged} />}</ModalTransition>
    </div>
  );
}
