import { useRef, useState } from 'react';

import { Dialog } from '../parts/Dialog.tsx';
import { FailureBox } from '../parts/FailureBox.tsx';
import { InputField } from '../parts/InputField.tsx';
import { SelectField } from '../parts/SelectField.tsx';
import { TextField } from '../parts/TextField.tsx';
import { type Canned, saveCanned, type Wording } from '../ticket/canned.ts';
import { useAct } from '../useAct.ts';
import { commonWords } from '../words/common.ts';
import { useLanguage, useWords } from '../words/language.ts';
import { peopleWords } from '../words/people.ts';
import { isFaultless, wordingFaults } from './wording.ts';

interface ReplyDialogProps {
  /** Nothing for a new one. */
  readonly reply: Canned | null;
  readonly placeholders: readonly string[];
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

export function ReplyDialog({ reply, placeholders, onClose, onSaved }: ReplyDialogProps) {
  const { replies } = useWords(peopleWords);
  const { save } = useWords(commonWords);
  const own = useLanguage();
  const [wording, setWording] = useState<Wording>(reply ?? { title: '', language: own, body: '', after: null });
  const [hasTried, setHasTried] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const act = useAct();
  const { title, language, body, after } = wording;
  const faults = wordingFaults(wording, placeholders);
  const change = (changes: Partial<Wording>) => setWording((before) => ({ ...before, ...changes }));

  const submit = async () => {
    setHasTried(true);
    if (!isFaultless(faults)) {
      document.getElementById(faults.title ? 'wording-title' : 'wording-body')?.focus();
    } else if (await act.run((stop) => saveCanned(reply?.id ?? null, { title, language, body, after }, stop))) {
      onSaved();
    }
  };
  const bodyFault = faults.unknown === null ? (faults.body ? replies.bodyFault : undefined) : replies.unknown(faults.unknown);

  return (
    <Dialog
      title={reply === null ? replies.add : replies.editLabel(reply.title)}
      action={save}
      isRunning={act.isRunning}
      first={first}
      onClose={onClose}
      onSubmit={() => void submit()}
    >
      <div className="fields">
        <InputField
          id="wording-title"
          field={first}
          label={replies.name}
          about={null}
          value={title}
          fault={hasTried && faults.title ? replies.nameFault : undefined}
          onChange={(title) => change({ title })}
        />
        <SelectField
          id="wording-language"
          label={replies.language}
          options={Object.entries(replies.languages).map(([value, label]) => ({ value, label }))}
          value={language}
          onChange={(language) => change({ language })}
        />
        <TextField
          id="wording-body"
          label={replies.body}
          about={replies.placeholders(placeholders.map((name) => `{${name}}`).join(', '))}
          rows={8}
          lang={language}
          value={body}
          fault={hasTried ? bodyFault : undefined}
          onChange={(body) => change({ body })}
        />
        <SelectField
          id="wording-after"
          label={replies.after}
          options={[
            { value: '', label: replies.afters.unchanged },
            { value: 'asked', label: replies.afters.asked },
            { value: 'solved', label: replies.afters.solved },
          ]}
          value={after ?? ''}
          onChange={(after) => change({ after: after === '' ? null : after })}
        />
        {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h2" />}
      </div>
    </Dialog>
  );
}
