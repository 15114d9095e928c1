import { Dialog } from '../parts/Dialog.tsx';
import { FailureBox } from '../parts/FailureBox.tsx';
import { type Canned, deleteCanned } from '../ticket/canned.ts';
import { useAct } from '../useAct.ts';
import { useWords } from '../words/language.ts';
import { peopleWords } from '../words/people.ts';

interface RemoveReplyProps {
  readonly reply: Canned;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

export function RemoveReply({ reply, onClose, onRemoved }: RemoveReplyProps) {
  const { replies } = useWords(peopleWords);
  const act = useAct();
  const remove = async () => {
    if (await act.run((stop) => deleteCanned(reply.id, stop))) {
      onRemoved();
    }
  };
  return (
    <Dialog
      title={replies.removeTitle(reply.title)}
      action={replies.remove}
      isDangerous
      isRunning={act.isRunning}
      onClose={onClose}
      onSubmit={() => void remove()}
    >
      <div className="fields">
        <p>{replies.removeAbout}</p>
        {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h2" />}
      </div>
    </Dialog>
  );
}
