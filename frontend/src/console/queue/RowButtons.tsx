import Button from '@atlaskit/button/default/button';

import { queueWords } from '../words/queue.ts';
import { useWords } from '../words/language.ts';
import type { Listed } from './queue.ts';
import type { Triage } from './useTriage.ts';
import { useSession } from '../SessionContext.ts';

interface RowButtonsProps {
  readonly item: Listed;
  readonly triage: Triage;
  readonly mayAssign: boolean;
  readonly onClose: (number: string) => void;
}

/** By mouse what the keys do. */
export function RowButtons({ item, triage, mayAssign, onClose }: RowButtonsProps) {
  const words = useWords(queueWords);
  const { name } = useSession();
  return (
    <div className="row-of-buttons">
      {mayAssign && item.assignee !== name && (
        <Button
          spacing="compact"
          aria-label={words.assignLabel(item.number)}
          isDisabled={triage.act.isRunning}
          onClick={() => void triage.assignToMe(item.number)}
        >
          {words.assign}
        </Button>
      )}
      {item.state !== 'closed' && (
        <Button spacing="compact" aria-label={words.closeLabel(item.number)} onClick={() => onClose(item.number)}>
          {words.close}
        </Button>
      )}
    </div>
  );
}
