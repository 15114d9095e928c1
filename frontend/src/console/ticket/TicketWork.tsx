import Button from '@atlaskit/button/default/button';
import Checkbox from '@atlaskit/checkbox';
import Heading from '@atlaskit/heading';

import { FailureBox } from '../parts/FailureBox.tsx';
import { SelectField } from '../parts/SelectField.tsx';
import { useMay } from '../SessionContext.ts';
import { useAct } from '../useAct.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import { Assignee } from './Assignee.tsx';
import { move, prioritise, setPrivacy, type Step } from './deeds.ts';
import { stepsFrom } from './steps.ts';
import { Snooze } from './Snooze.tsx';
import { Tags } from './Tags.tsx';
import type { Ticket } from './ticket.ts';

interface TicketWorkProps {
  readonly ticket: Ticket;
  /** Called with what to say when something was done. */
  readonly onDone: (said: string) => void;
  readonly onClose: () => void;
}

/** What is done about a ticket, beside talking. */
export function TicketWork({ ticket, onDone, onClose }: TicketWorkProps) {
  const words = useWords(ticketWords);
  const { priorities } = useWords(commonWords);
  const may = useMay();
  const act = useAct();
  const { number } = ticket;

  const run = async (said: string, deed: (stop: AbortSignal) => Promise<void>) => {
    if (await act.run(deed)) {
      onDone(said);
    }
  };
  const steps = stepsFrom(ticket.state).filter((step) => !ticket.siteHasLeft || step === 'close');
  const take = (step: Step) => (step === 'close' ? onClose() : void run(words.done.state, (stop) => move(number, step, null, stop)));

  return (
    <section aria-labelledby="work" className="part">
      <Heading as="h2" size="small" id="work">
        {words.state}
      </Heading>
      <div className="row-of-buttons">
        {steps.map((step) => (
          <Button key={step} spacing="compact" isDisabled={act.isRunning} onClick={() => take(step)}>
            {words.steps[step]}
          </Button>
        ))}
      </div>
      {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h3" />}
      <Assignee ticket={ticket} onDone={onDone} />
      {!ticket.siteHasLeft && (
        <>
          <SelectField
            id="priority"
            label={words.priority}
            options={Object.entries(priorities).map(([value, label]) => ({ value, label }))}
            value={ticket.priority}
            isDisabled={act.isRunning}
            onChange={(value) => void run(words.done.priority, (stop) => prioritise(number, value, stop))}
          />
          {may('staff: triage') && (
            <Checkbox
              isChecked={ticket.isPrivacy}
              isDisabled={act.isRunning}
              label={words.privacy}
              onChange={(event) => {
                const isPrivacy = event.currentTarget.checked;
                void run(words.done.privacy, (stop) => setPrivacy(number, isPrivacy, stop));
              }}
            />
          )}
          <Snooze ticket={ticket} onDone={onDone} />
          <Tags key={ticket.tags.join()} ticket={ticket} onDone={() => onDone(words.done.tags)} />
        </>
      )}
    </section>
  );
}
