import { useRef, useState } from 'react';

import { formatCount } from '../../shared/format.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { FailureBox } from '../parts/FailureBox.tsx';
import { InputField } from '../parts/InputField.tsx';
import { SelectField } from '../parts/SelectField.tsx';
import { TextField } from '../parts/TextField.tsx';
import { useAct } from '../useAct.ts';
import { commonWords } from '../words/common.ts';
import { intakeWords } from '../words/intake.ts';
import { useLanguage, useWords } from '../words/language.ts';
import { faultsOf, takeIn, TEXT_MOST, type Told } from './intake.ts';

interface IntakeDialogProps {
  readonly onClose: () => void;
  readonly onMade: (number: string) => void;
}

const options = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

/** A ticket for somebody who called or wrote a letter. */
export function IntakeDialog({ onClose, onMade }: IntakeDialogProps) {
  const words = useWords(intakeWords);
  const { products, severities } = useWords(commonWords);
  const language = useLanguage();
  const [told, setTold] = useState<Told>({
    source: 'phone',
    product: 'jira',
    site: '',
    email: '',
    language,
    severity: 'normal',
    text: '',
  });
  // As long as exactly the same is sent, a lost answer costs a second try and makes no second ticket.
  const key = useRef(crypto.randomUUID());
  const [hasTried, setHasTried] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const act = useAct();
  const faults = faultsOf(told);
  const fault = (field: keyof typeof faults, text: string) => (hasTried && faults[field] ? text : undefined);
  const change = (changes: Partial<Told>) => {
    key.current = crypto.randomUUID();
    setTold((before) => ({ ...before, ...changes }));
  };

  const submit = async () => {
    setHasTried(true);
    const wrong = (['site', 'email', 'text'] as const).find((field) => faults[field]);
    if (wrong !== undefined) {
      document.getElementById(`intake-${wrong}`)?.focus();
      return;
    }
    await act.run(async (stop) => onMade(await takeIn(told, key.current, stop)));
  };

  return (
    <Dialog
      title={words.title}
      action={words.make}
      isRunning={act.isRunning}
      first={first}
      onClose={onClose}
      onSubmit={() => void submit()}
    >
      <div className="fields">
        <p>{words.about}</p>
        <InputField
          id="intake-site"
          field={first}
          label={words.site}
          about={words.siteAbout}
          value={told.site}
          fault={fault('site', words.siteFault)}
          onChange={(site) => change({ site })}
        />
        <div className="row-of-fields">
          <SelectField id="intake-product" label={words.product} options={options(products)} value={told.product} onChange={(product) => change({ product })} />
          <SelectField id="intake-source" label={words.source} options={options(words.sources)} value={told.source} onChange={(source) => change({ source })} />
          <SelectField id="intake-severity" label={words.severity} options={options(severities)} value={told.severity} onChange={(severity) => change({ severity })} />
        </div>
        <InputField
          id="intake-email"
          label={words.email}
          about={words.emailAbout}
          value={told.email}
          fault={fault('email', words.emailFault)}
          onChange={(email) => change({ email })}
        />
        <SelectField id="intake-language" label={words.language} options={options(words.languages)} value={told.language} onChange={(language) => change({ language })} />
        <TextField
          id="intake-text"
          label={words.text}
          about={words.textAbout}
          rows={6}
          value={told.text}
          fault={fault('text', words.textFault(formatCount(TEXT_MOST, language)))}
          onChange={(text) => change({ text })}
        />
        {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h2" />}
      </div>
    </Dialog>
  );
}
