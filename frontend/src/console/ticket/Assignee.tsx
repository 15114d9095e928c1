import Button from '@atlaskit/button/default/button';
import { useCallback } from 'react';

import { FailureBox } from '../parts/FailureBox.tsx';
import { SelectField } from '../parts/SelectField.tsx';
import { loadStaff } from '../record/staff.ts';
import { useMay, useSession } from '../SessionContext.ts';
import { useAct } from '../useAct.ts';
import { useLoad } from '../useLoad.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import { assign } from './deeds.ts';
import type { Ticket } from './ticket.ts';

interface AssigneeProps {
  readonly ticket: Ticket;
  readonly onDone: (said: string) => void;
}

/** Who works on it. Leads choose; others see it. */
export function Assignee({ ticket, onDone }: AssigneeProps) {
  const words = useWords(ticketWords);
  const { nobody } = useWords(commonWords);
  const may = useMay();
  if (may('staff: triage') && may('staff: accounts')) {
    return <Choice ticket={ticket} onDone={onDone} />;
  }
  return (
    <p>
      <span className="subtle">{words.assignee}:</span> {ticket.assignee ?? nobody}
    </p>
  );
}

function Choice({ ticket, onDone }: AssigneeProps) {
  const words = useWords(ticketWords);
  const { nobody } = useWords(commonWords);
  const { name } = useSession();
  const staff = useLoad(useCallback((stop: AbortSignal) => loadStaff(stop), []));
  const act = useAct();
  const give = async (assignee: string | null) => {
    if (await act.run((stop) => assign(ticket.number, assignee, stop))) {
      onDone(words.done.assigned);
    }
  };
  const known = staff.load.state === 'ready' ? staff.load.value : [];
  const fit = known.filter((person) => ['agent', 'lead'].includes(person.role) && person.state !== 'disabled');
  const options = [{ value: '', label: nobody }, ...fit.map((person) => ({ value: person.name, label: person.name }))];
  return (
    <>
      <SelectField
        id="assignee"
        label={words.assignee}
        options={options}
        value={ticket.assignee ?? ''}
        isDisabled={act.isRunning}
        onChange={(value) => void give(value === '' ? null : value)}
      />
      {ticket.assignee !== name && (
        <div>
          <Button spacing="compact" isDisabled={act.isRunning} onClick={() => void give(name)}>
            {words.takeIt}
          </Button>
        </div>
      )}
      {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h3" />}
    </>
  );
}
