import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import { type FormEvent, useState } from 'react';

import { formatCount } from '../../shared/format.ts';
import { useDraft } from '../drafts.ts';
import { FailureBox } from '../parts/FailureBox.tsx';
import { TextField } from '../parts/TextField.tsx';
import { useAct } from '../useAct.ts';
import { useLanguage, useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import { addNote } from './deeds.ts';
import { TEXT_MOST, textFault } from './steps.ts';
import type { Ticket } from './ticket.ts';

interface NoteFormProps {
  readonly ticket: Ticket;
  readonly onDone: () => void;
}

/** A note for staff alone. */
export function NoteForm({ ticket, onDone }: NoteFormProps) {
  const words = useWords(ticketWords);
  const language = useLanguage();
  const [text, write] = useDraft(`note ${ticket.number}`);
  const [hasTried, setHasTried] = useState(false);
  const act = useAct();
  const fault = hasTried ? textFault(text) : null;

  const add = async (event: FormEvent) => {
    event.preventDefault();
    setHasTried(true);
    if (textFault(text) !== null) {
      document.getElementById('note')?.focus();
    } else if (await act.run((stop) => addNote(ticket.number, text, stop))) {
      write('');
      setHasTried(false);
      onDone();
    }
  };

  return (
    <form className="part note-form" noValidate onSubmit={(event) => void add(event)}>
      <Heading as="h2" size="small">
        {words.note}
      </Heading>
      <TextField
        id="note"
        label={words.note}
        isLabelHidden
        about={words.noteAbout}
        rows={3}
        value={text}
        fault={fault === 'textLong' ? words.textLong(formatCount(TEXT_MOST, language)) : fault === null ? undefined : words.textMissing}
        onChange={write}
      />
      <div>
        <Button type="submit" isLoading={act.isRunning}>
          {words.addNote}
        </Button>
      </div>
      {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h3" />}
    </form>
  );
}
