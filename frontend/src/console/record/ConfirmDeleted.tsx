import { Dialog } from '../parts/Dialog.tsx';
import { FailureBox } from '../parts/FailureBox.tsx';
import { useAct } from '../useAct.ts';
import { useWords } from '../words/language.ts';
import { recordWords } from '../words/record.ts';
import { confirmDeleted } from './records.ts';

interface ConfirmDeletedProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly onConfirmed: () => void;
}

export function ConfirmDeleted({ id, onClose, onConfirmed }: ConfirmDeletedProps) {
  const { downloads } = useWords(recordWords);
  const act = useAct();
  const confirm = async () => {
    if (await act.run((stop) => confirmDeleted(id, stop))) {
      onConfirmed();
    }
  };
  return (
    <Dialog
      title={downloads.confirmTitle}
      action={downloads.confirm}
      isRunning={act.isRunning}
      onClose={onClose}
      onSubmit={() => void confirm()}
    >
      <div className="fields">
        <p>{downloads.confirmAbout}</p>
        {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h2" />}
      </div>
    </Dialog>
  );
}
