import { useCallback, useState } from 'react';

import { FailureBox } from '../parts/FailureBox.tsx';
import { SelectField } from '../parts/SelectField.tsx';
import { useAct } from '../useAct.ts';
import { useLoad } from '../useLoad.ts';
import { useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import { type Filled, loadCanned, loadFilled } from './canned.ts';
import type { Ticket } from './ticket.ts';

interface CannedChoiceProps {
  readonly ticket: Ticket;
  readonly written: string;
  readonly onFilled: (filled: Filled) => void;
}

/** A canned reply to begin with, filled in by the service. What was written is not replaced without a second choice. */
export function CannedChoice({ ticket, written, onFilled }: CannedChoiceProps) {
  const words = useWords(ticketWords);
  const { load } = useLoad(useCallback((stop: AbortSignal) => loadCanned(stop), []));
  const [filled, setFilled] = useState('');
  const [warned, setWarned] = useState('');
  const act = useAct();
  if (load.state === 'failed') {
    return <FailureBox failure={load.failure} headingLevel="h3" />;
  }
  if (load.state === 'loading' || load.value.items.length === 0) {
    return null;
  }
  // Those in the reporter's own language come first.
  const rank = (language: string) => (language === ticket.language ? 0 : 1);
  const items = [...load.value.items].sort((one, other) => rank(one.language) - rank(other.language));
  const options = items.map(({ id, title, language }) => ({ value: id, label: `${title} (${language})` }));

  const choose = async (id: string) => {
    if (id === '') {
      return;
    }
    if (written.trim() !== '' && written !== filled && warned !== id) {
      setWarned(id);
      return;
    }
    setWarned('');
    await act.run(async (stop) => {
      const chosen = await loadFilled(ticket.number, id, stop);
      setFilled(chosen.text);
      onFilled(chosen);
    });
  };

  return (
    <div>
      <SelectField
        id="canned"
        label={words.canned}
        options={[{ value: '', label: words.cannedNone }, ...options]}
        value=""
        isDisabled={act.isRunning}
        onChange={(id) => void choose(id)}
      />
      <div role="status" className="subtle">
        {warned !== '' && words.replace}
      </div>
      {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h3" />}
    </div>
  );
}
