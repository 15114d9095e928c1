import Button from '@atlaskit/button/default/button';
import { type FormEvent, useState } from 'react';

import { FailureBox } from '../parts/FailureBox.tsx';
import { InputField } from '../parts/InputField.tsx';
import { useAct } from '../useAct.ts';
import { useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import { setTags } from './deeds.ts';
import { tagsOf } from './steps.ts';
import type { Ticket } from './ticket.ts';

interface TagsProps {
  readonly ticket: Ticket;
  readonly onDone: () => void;
}

export function Tags({ ticket, onDone }: TagsProps) {
  const words = useWords(ticketWords);
  const stored = ticket.tags.join(', ');
  const [typed, setTyped] = useState(stored);
  const act = useAct();
  const tags = tagsOf(typed);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (tags !== null && (await act.run((stop) => setTags(ticket.number, tags, stop)))) {
      onDone();
    }
  };

  return (
    <form className="fields" noValidate onSubmit={(event) => void save(event)}>
      <InputField
        id="tags"
        label={words.tags}
        about={words.tagsAbout}
        value={typed}
        fault={tags === null ? words.tagsFault : undefined}
        onChange={setTyped}
      />
      {typed !== stored && (
        <div>
          <Button type="submit" spacing="compact" isLoading={act.isRunning}>
            {words.saveTags}
          </Button>
        </div>
      )}
      {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h3" />}
    </form>
  );
}
