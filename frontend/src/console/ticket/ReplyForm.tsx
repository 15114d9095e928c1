import Button from '@atlaskit/button/default/button';
import Checkbox from '@atlaskit/checkbox';
import Heading from '@atlaskit/heading';
import { type FormEvent, useState } from 'react';

import { formatCount } from '../../shared/format.ts';
import { useDraft } from '../drafts.ts';
import { FailureBox } from '../parts/FailureBox.tsx';
import { SelectField } from '../parts/SelectField.tsx';
import { TextField } from '../parts/TextField.tsx';
import { useAct } from '../useAct.ts';
import { useLanguage, useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import type { Filled } from './canned.ts';
import { CannedChoice } from './CannedChoice.tsx';
import { type After, reply } from './deeds.ts';
import { TEXT_MOST, textFault } from './steps.ts';
import type { Ticket } from './ticket.ts';

interface ReplyFormProps {
  readonly ticket: Ticket;
  readonly onDone: () => void;
}

const AFTERS: readonly After[] = ['unchanged', 'asked', 'solved'];

/** The answer to the reporter. What is written stays until it was sent. */
export function ReplyForm({ ticket, onDone }: ReplyFormProps) {
  const words = useWords(ticketWords);
  const language = useLanguage();
  const [text, write] = useDraft(`reply ${ticket.number}`);
  const [after, setAfter] = useState<After>('asked');
  const [toFollowers, setToFollowers] = useState(true);
  const [hasTried, setHasTried] = useState(false);
  const act = useAct();
  const fault = hasTried ? textFault(text) : null;
  if (ticket.state === 'closed') {
    return <p className="subtle">{words.answerClosed}</p>;
  }
  // A solved ticket cannot wait for an answer before it is opened again.
  const afters = ticket.state === 'solved' ? AFTERS.filter((after) => after !== 'asked') : AFTERS;
  const chosen = afters.includes(after) ? after : 'unchanged';

  const followers = ticket.followers.length;
  const answer = { text, after: chosen, seen: ticket.messages.length, toFollowers: toFollowers && followers > 0 };

  // A canned reply says what it brings about as well.
  const begin = (filled: Filled) => {
    write(filled.text);
    setAfter(AFTERS.find((after) => after === filled.after) ?? 'unchanged');
  };

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setHasTried(true);
    if (textFault(text) !== null) {
      document.getElementById('reply')?.focus();
    } else if (await act.run((stop) => reply(ticket.number, answer, stop))) {
      write('');
      setHasTried(false);
      onDone();
    }
  };

  return (
    <form className="part" noValidate onSubmit={(event) => void send(event)}>
      <Heading as="h2" size="small">
        {words.answer}
      </Heading>
      <CannedChoice ticket={ticket} written={text} onFilled={begin} />
      <TextField
        id="reply"
        label={words.answer}
        isLabelHidden
        about={words.answerAbout}
        rows={6}
        value={text}
        fault={fault === 'textLong' ? words.textLong(formatCount(TEXT_MOST, language)) : fault === null ? undefined : words.textMissing}
        onChange={write}
      />
      {followers > 0 && (
        <Checkbox
          isChecked={toFollowers}
          label={words.toFollowers(ticket.followers.join(', '))}
          onChange={(event) => setToFollowers(event.currentTarget.checked)}
        />
      )}
      <div className="row-of-fields">
        <SelectField
          id="after"
          label={words.after}
          options={afters.map((after) => ({ value: after, label: words.afters[after] }))}
          value={chosen}
          onChange={(value) => setAfter(AFTERS.find((after) => after === value) ?? 'unchanged')}
        />
        <Button type="submit" appearance="primary" isLoading={act.isRunning}>
          {words.send}
        </Button>
      </div>
      {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h3" />}
    </form>
  );
}
