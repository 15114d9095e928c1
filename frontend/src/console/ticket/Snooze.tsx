import Button from '@atlaskit/button/default/button';
import { type FormEvent, useState } from 'react';

import { FailureBox } from '../parts/FailureBox.tsx';
import { InputField } from '../parts/InputField.tsx';
import { When } from '../parts/When.tsx';
import { useAct } from '../useAct.ts';
import { useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import { snooze } from './deeds.ts';
import { asTyped, snoozeUntil } from './snoozing.ts';
import type { Ticket } from './ticket.ts';

interface SnoozeProps {
  readonly ticket: Ticket;
  /** Called with what to say when something was done. */
  readonly onDone: (said: string) => void;
}

/** Puts a ticket out of the queue until a time, or back. */
export function Snooze({ ticket, onDone }: SnoozeProps) {
  const words = useWords(ticketWords).snooze;
  const act = useAct();
  if (ticket.state === 'closed') {
    return null;
  }
  const put = async (until: string | null) => {
    if (await act.run((stop) => snooze(ticket.number, until, stop))) {
      onDone(until === null ? words.isBack : words.isAway);
    }
  };
  return (
    <div className="fields">
      {ticket.snoozedUntil !== null ? (
        <>
          <p>
            {words.until} <When at={ticket.snoozedUntil} />. {words.wakes}
          </p>
          <div>
            <Button spacing="compact" isLoading={act.isRunning} onClick={() => void put(null)}>
              {words.putBack}
            </Button>
          </div>
        </>
      ) : (
        <UntilForm goesAt={ticket.goesAt} isRunning={act.isRunning} onChosen={(until) => void put(until)} />
      )}
      {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h3" />}
    </div>
  );
}

interface UntilFormProps {
  readonly goesAt: string;
  readonly isRunning: boolean;
  readonly onChosen: (until: string) => void;
}

function UntilForm({ goesAt, isRunning, onChosen }: UntilFormProps) {
  const words = useWords(ticketWords).snooze;
  const [typed, setTyped] = useState(() => asTyped(Date.now()));
  const [isWrong, setIsWrong] = useState(false);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const until = snoozeUntil(typed, Date.now(), goesAt);
    setIsWrong(until === null);
    if (until !== null) {
      onChosen(until);
    }
  };

  return (
    <form className="fields" noValidate onSubmit={submit}>
      <InputField
        id="snooze"
        type="datetime-local"
        label={words.label}
        about={words.about}
        value={typed}
        fault={isWrong ? words.fault : undefined}
        onChange={setTyped}
      />
      <div>
        <Button type="submit" spacing="compact" isLoading={isRunning}>
          {words.putAway}
        </Button>
      </div>
    </form>
  );
}
