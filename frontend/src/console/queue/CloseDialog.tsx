import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { move } from '../ticket/deeds.ts';
import { useAct } from '../useAct.ts';
import { ticketWords } from '../words/ticket.ts';
import { useWords } from '../words/language.ts';

interface CloseDialogProps {
  readonly number: string;
  readonly onClose: () => void;
  readonly onClosed: () => void;
}

/** Closing is the end of a ticket, so it asks why. */
export function CloseDialog({ number, onClose, onClosed }: CloseDialogProps) {
  const words = useWords(ticketWords);
  const act = useAct();
  const close = async (reason: string) => {
    if (await act.run((stop) => move(number, 'close', reason, stop))) {
      onClosed();
    }
  };
  return (
    <ReasonDialog
      title={words.closeTitle(number)}
      action={words.closeAction}
      isRunning={act.isRunning}
      failure={act.failure}
      onClose={onClose}
      onReason={(reason) => void close(reason)}
    >
      <p>{words.closeAbout}</p>
    </ReasonDialog>
  );
}
