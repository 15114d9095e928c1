import Button from '@atlaskit/button/default/button';
import { HelperMessage } from '@atlaskit/form/helper-message';
import { Label } from '@atlaskit/form/label';
import { Inline } from '@atlaskit/primitives/compiled';
import Textfield from '@atlaskit/textfield';
import { useRef, useState } from 'react';

import { useReportWords } from './words/words.ts';

interface CopyFieldProps {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly value: string;
}

/** Products may keep the clipboard from frames; the older way works in them. */
async function copy(field: HTMLInputElement): Promise<boolean> {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand('copy');
  }
}

/** A text to take along. */
export function CopyField({ id, label, about, value }: CopyFieldProps) {
  const { sent: words } = useReportWords();
  const field = useRef<HTMLInputElement>(null);
  const [outcome, setOutcome] = useState('');
  const take = async () => {
    const isCopied = field.current !== null && (await copy(field.current));
    setOutcome(isCopied ? words.copied : words.copyYourself);
  };
  return (
    <div>
      <Label htmlFor={id}>{label}</Label>
      <Textfield ref={field} id={id} value={value} isReadOnly aria-describedby={`${id}-about`} />
      <div id={`${id}-about`}>
        <HelperMessage>{about}</HelperMessage>
      </div>
      <div className="copy">
        <Inline space="space.150" alignBlock="center">
          <Button onClick={() => void take()}>{words.copy}</Button>
          <span role="status" className="subtle">
            {outcome}
          </span>
        </Inline>
      </div>
    </div>
  );
}
