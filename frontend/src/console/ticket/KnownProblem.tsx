import Button from '@atlaskit/button/default/button';
import { useState } from 'react';

import { InputField } from '../parts/InputField.tsx';
import { useAct } from '../useAct.ts';
import { useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import { setKnown } from './deeds.ts';
import { PartForm } from './PartForm.tsx';
import type { Ticket } from './ticket.ts';

interface KnownProblemProps {
  readonly ticket: Ticket;
  /** Called with what to say when something was done. */
  readonly onDone: (said: string) => void;
}

const MOST = 300;

/** What whoever reports the same error reads before they do. */
export function KnownProblem({ ticket, onDone }: KnownProblemProps) {
  const words = useWords(ticketWords).known;
  const [typed, setTyped] = useState(ticket.known ?? '');
  const [isWrong, setIsWrong] = useState(false);
  const act = useAct();
  const put = async (text: string | null) => {
    if (await act.run((stop) => setKnown(ticket.number, text, stop))) {
      onDone(text === null ? words.isBack : words.isSaid);
    }
  };
  const submit = () => {
    const letters = [...typed.trim()].length;
    const isRight = letters > 0 && letters <= MOST;
    setIsWrong(!isRight);
    if (isRight) {
      void put(typed.trim());
    }
  };
  const undo = ticket.known !== null && (
    <Button spacing="compact" isDisabled={act.isRunning} onClick={() => void put(null)}>
      {words.takeBack}
    </Button>
  );
  return (
    <PartForm id="known" title={words.title} button={words.say} act={act} onSubmit={submit} undo={undo}>
      <InputField
        id="known-text"
        label={words.label}
        about={words.about}
        value={typed}
        fault={isWrong ? words.fault : undefined}
        onChange={setTyped}
      />
    </PartForm>
  );
}
