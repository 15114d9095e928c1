import Button from '@atlaskit/button/default/button';
import { Stack } from '@atlaskit/primitives/compiled';
import { type FormEvent, type RefObject, useState } from 'react';

import { FormField } from '../shared/FormField.tsx';
import { useSelectedText } from './useSelectedText.ts';

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

function faultOf(text: string, mask: readonly string[], notFound: string | null): string | undefined {
  if ([...text].length > LONGEST) {
    return `Select at most ${LONGEST} characters at once.`;
  }
  if (text !== '' && mask.length >= MOST) {
    return `At most ${MOST} texts can be masked. Change your description instead.`;
  }
  return notFound === null ? undefined : `“${notFound}” stands in none of the texts. Select a text without a marked place in it.`;
}

/** Masks what the user selects in the preview, or types. */
export function MaskMore({ within, mask, notFound, isLooking, onMask }: MaskMoreProps) {
  const [typed, setTyped] = useState('');
  useSelectedText(within, setTyped);
  const text = typed.trim();
  const fault = faultOf(text, mask, notFound);

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
          label="Mask more"
          about="Select a text in the preview below, or type it here. It is then masked wherever it stands."
          type="text"
          autoComplete="off"
          value={typed}
          fault={fault}
          onChange={setTyped}
        />
        <div>
          <Button type="submit" isDisabled={text === ''} isLoading={isLooking}>
            Mask it
          </Button>
        </div>
      </form>
      {mask.length > 0 && (
        <ul className="chosen" aria-label="Texts that you masked">
          {mask.map((one) => (
            <li key={one}>
              <span className="any-text">{one}</span>
              <Button
                spacing="compact"
                appearance="subtle"
                aria-label={`Show again: ${one}`}
                onClick={() => onMask(mask.filter((other) => other !== one))}
              >
                Show again
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}
