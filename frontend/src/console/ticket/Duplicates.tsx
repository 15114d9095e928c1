import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import { type FormEvent, useCallback, useState } from 'react';

import { FailureBox } from '../parts/FailureBox.tsx';
import { InputField } from '../parts/InputField.tsx';
import { Link } from '../parts/Link.tsx';
import { StaleBox } from '../parts/StaleBox.tsx';
import { TicketState } from '../parts/TicketState.tsx';
import { Waiting } from '../parts/Waiting.tsx';
import { numberIn } from '../queue/asked.ts';
import { ticketPath } from '../route.ts';
import { useLoad } from '../useLoad.ts';
import { useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import { MergeDialog } from './MergeDialog.tsx';
import { StandAlone } from './StandAlone.tsx';
import { loadAlike, type Ticket } from './ticket.ts';

interface DuplicatesProps {
  readonly ticket: Ticket;
  /** Called with what to say when something was done. */
  readonly onDone: (said: string) => void;
}

/** Tickets that report the same, and letting this one follow one of them. */
export function Duplicates({ ticket, onDone }: DuplicatesProps) {
  const words = useWords(ticketWords);
  const { number } = ticket;
  const alike = useLoad(useCallback((stop: AbortSignal) => loadAlike(number, stop), [number]));
  const { load, isLoading, reload } = alike;
  const [into, setInto] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const [hasTried, setHasTried] = useState(false);
  const canMerge = ticket.mergedInto === null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setHasTried(true);
    setInto(numberIn(typed));
  };

  return (
    <section aria-labelledby="duplicates" className="part">
      <Heading as="h2" size="small" id="duplicates">
        {words.duplicates}
      </Heading>
      <p className="subtle">{words.duplicatesAbout}</p>
      {load.state === 'loading' && <Waiting />}
      {load.state === 'failed' && <FailureBox failure={load.failure} headingLevel="h3" onRetry={reload} isRetrying={isLoading} />}
      <StaleBox of={alike} headingLevel="h3" />
      {load.state === 'ready' && load.value.length === 0 && <p>{words.noDuplicates}</p>}
      {load.state === 'ready' && (
        <ul className="plain">
          {load.value.map((alike) => (
            <li key={alike.number} className="row-of-buttons">
              <Link to={ticketPath(alike.number)}>{alike.number}</Link>
              <TicketState state={alike.state} />
              {canMerge && !alike.isMerged && (
                <Button spacing="compact" aria-label={words.mergeIntoLabel(alike.number)} onClick={() => setInto(alike.number)}>
                  {words.mergeInto}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {!canMerge && <StandAlone number={number} onDone={() => onDone(words.done.unmerged)} />}
      {canMerge && (
        <form className="fields" noValidate onSubmit={submit}>
          <InputField
            id="merge-into"
            label={words.mergeLabel}
            about={null}
            value={typed}
            fault={hasTried && numberIn(typed) === null ? words.mergeFault : undefined}
            onChange={setTyped}
          />
          <div>
            <Button type="submit" spacing="compact">
              {words.mergeInto}…
            </Button>
          </div>
        </form>
      )}
      {into !== null && (
        <MergeDialog
          number={number}
          into={into}
          onClose={() => setInto(null)}
          onMerged={() => {
            setInto(null);
            onDone(words.done.merged);
          }}
        />
      )}
    </section>
  );
}
