import { ErrorMessage } from '@atlaskit/form/error-message';
import { HelperMessage } from '@atlaskit/form/helper-message';
import { Legend } from '@atlaskit/form/legend';
import RadioGroup from '@atlaskit/radio/radio-group';

import { type Language, readLanguage } from './settings.ts';
import { useSharedWords } from './speech.ts';

interface LanguageFieldProps {
  readonly id: string;
  /** One sentence about what is written in it. */
  readonly about: string;
  readonly value: Language;
  readonly fault: string | undefined;
  readonly onChange: (language: Language) => void;
}

const NAMES = { en: 'English', de: 'Deutsch' } as const satisfies Record<Language, string>;

/** Each language under its own name, and marked as what it is for those who have it read to them. */
const OPTIONS = [
  { name: 'language', value: 'en', label: <span lang="en">{NAMES.en}</span> },
  { name: 'language', value: 'de', label: <span lang="de">{NAMES.de}</span> },
] satisfies readonly { value: Language; name: string; label: JSX.Element }[];

export function LanguageField({ id, about, value, fault, onChange }: LanguageFieldProps) {
  const words = useSharedWords();
  return (
    <fieldset id={id} tabIndex={-1} className="choice" aria-describedby={`${id}-about ${id}-fault`}>
      <Legend>{words.languageOfMails}</Legend>
      <RadioGroup
        options={OPTIONS}
        value={value}
        isInvalid={fault !== undefined}
        onChange={(event) => onChange(readLanguage(event.currentTarget.value))}
      />
      <div id={`${id}-about`}>
        <HelperMessage>{about}</HelperMessage>
      </div>
      <div id={`${id}-fault`} aria-live="polite">
        {fault !== undefined && <ErrorMessage>{fault}</ErrorMessage>}
      </div>
    </fieldset>
  );
}
