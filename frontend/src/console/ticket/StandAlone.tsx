import Button from '@atlaskit/button/default/button';

import { FailureBox } from '../parts/FailureBox.tsx';
import { useAct } from '../useAct.ts';
import { useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import { unmerge } from './deeds.ts';

interface StandAloneProps {
  readonly number: string;
  readonly onDone: () => void;
}

/** Takes back that a ticket follows another one. */
export function StandAlone({ number, onDone }: StandAloneProps) {
  const words = useWords(ticketWords);
  const act = useAct();
  const submit = async () => {
    if (await act.run((stop) => unmerge(number, stop))) {
      onDone();
    }
  };
  return (
    <div className="fields">
      <p className="subtle">{words.unmergeAbout}</p>
      <div>
        <Button spacing="compact" isLoading={act.isRunning} onClick={() => void submit()}>
          {words.unmerge}
        </Button>
      </div>
      {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h3" />}
    </div>
  );
}
