import { Dialog } from '../parts/Dialog.tsx';
import { FailureBox } from '../parts/FailureBox.tsx';
import { useAct } from '../useAct.ts';
import { useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import { merge } from './deeds.ts';

interface MergeDialogProps {
  readonly number: string;
  readonly into: string;
  readonly onClose: () => void;
  readonly onMerged: () => void;
}

export function MergeDialog({ number, into, onClose, onMerged }: MergeDialogProps) {
  const words = useWords(ticketWords);
  const act = useAct();
  const submit = async () => {
    if (await act.run((stop) => merge(number, into, stop))) {
      onMerged();
    }
  };
  return (
    <Dialog
      title={words.mergeTitle(number, into)}
      action={words.mergeAction}
      isRunning={act.isRunning}
      onClose={onClose}
      onSubmit={() => void submit()}
    >
      <div className="fields">
        <p>{words.mergeAbout}</p>
        {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h2" />}
      </div>
    </Dialog>
  );
}
