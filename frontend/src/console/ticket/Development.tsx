import { useState } from 'react';

import { InputField } from '../parts/InputField.tsx';
import { useAct } from '../useAct.ts';
import { useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import { setDevelopment } from './deeds.ts';
import { PartForm } from './PartForm.tsx';
import type { Ticket } from './ticket.ts';

interface DevelopmentProps {
  readonly ticket: Ticket;
  /** Called with what to say when something was done. */
  readonly onDone: (said: string) => void;
}

const KEY = /^[A-Za-z][A-Za-z0-9_]+-\d+$/;
const VERSION = /^[\w.+-]{1,40}$/;

/** Where it is worked on in development. The issue there gets nothing of the ticket. */
export function Development({ ticket, onDone }: DevelopmentProps) {
  const words = useWords(ticketWords).development;
  const [issue, setIssue] = useState(ticket.issue ?? '');
  const [fixedIn, setFixedIn] = useState(ticket.fixedIn ?? '');
  const [isTried, setIsTried] = useState(false);
  const act = useAct();
  const key = issue.trim();
  const version = fixedIn.trim();
  const isKeyWrong = key !== '' && !KEY.test(key);
  const isVersionWrong = version !== '' && !VERSION.test(version);
  const save = async () => {
    const body = { issue: key === '' ? null : key, fixedIn: version === '' ? null : version };
    if (await act.run((stop) => setDevelopment(ticket.number, body, stop))) {
      onDone(words.isSaved);
    }
  };
  const submit = () => {
    setIsTried(true);
    if (!isKeyWrong && !isVersionWrong) {
      void save();
    }
  };
  return (
    <PartForm id="development" title={words.title} button={words.save} act={act} onSubmit={submit}>
      <InputField
        id="development-issue"
        label={words.issue}
        about={words.issueAbout}
        value={issue}
        fault={isTried && isKeyWrong ? words.issueFault : undefined}
        onChange={setIssue}
      />
      <InputField
        id="development-version"
        label={words.fixedIn}
        about={words.fixedInAbout}
        value={fixedIn}
        fault={isTried && isVersionWrong ? words.fixedInFault : undefined}
        onChange={setFixedIn}
      />
    </PartForm>
  );
}
