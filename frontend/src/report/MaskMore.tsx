import Button from '@atlaskit/button/default/button';
import { Stack } from '@atlaskit/primitives/compiled';
import { type FormEvent, type RefObject, useState } from 'react';

import { FormField } from '../shared/FormField.tsx';
import { useFormat } from '../shared/speech.ts';
import { useSelectedText } from './useSelectedText.ts';
import { type ReportWords, useReportWords } from './words/words.ts';

interface MaskMoreProps {
  /** Where a text may be selected. */
  readonly within: RefObject<HTMLElement | null>;
  readonly mask: readonly string[];
  readonly notFound: string | null;
  readonly isLooking: boolean;
  readonly onMask: (mask: readonly string[]) => void;
}

const LONGEST = 500;
const MOST = 50;

type Fault = (words: ReportWords['faults'], count: (value: number) => string) => string;

function faultOf(text: string, mask: readonly string[], notFound: string | null): Fault | undefined {
  if ([...text].length > LONGEST) {
    return (words, count) => words.longMask(count(LONGEST));
  }
  if (text !== '' && mask.length >= MOST) {
    return (words, count) => words.manyMasks(count(MOST));
  }
  return notFound === null ? undefined : (words) => words.notFound(notFound);
}

/** Masks what the user selects in the preview, or types. */
export function MaskMore({ within, mask, notFound, isLooking, onMask }: MaskMoreProps) {
  const { faults, preview: words } = useReportWords();
  const { count } = useFormat();
  const [typed, setTyped] = useState('');
  useSelectedText(within, setTyped);
  const text = typed.trim();
  const fault = faultOf(text, mask, notFound)?.(faults, count);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text !== '' && [...text].length <= LONGEST && mask.length < MOST && !isLooking) {
      onMask(mask.includes(text) ? mask : [...mask, text]);
      setTyped('');
    }
  };

  return (
    <Stack space="space.150">
      <form className="fields" noValidate onSubmit={submit}>
        <FormField
          id="report-mask"
          label={words.mask}
          about={words.maskAbout}
          type="text"
          autoComplete="off"
          value={typed}
          fault={fault}
          onChange={setTyped}
        />
        <div>
          <Button type="submit" isDisabled={text === ''} isLoading={isLooking}>
            {words.maskIt}
          </Button>
        </div>
      </form>
      {mask.length > 0 && (
        <ul className="chosen" aria-label={words.masked}>
          {mask.map((one) => (
            <li key={one}>
              <span className="any-text">{one}</span>
              <Button
                spacing="compact"
                appearance="subtle"
                aria-label={words.showAgainOf(one)}
                onClick={() => onMask(mask.filter((other) => other !== one))}
              >
                {words.showAgain}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}
