import Button from '@atlaskit/button/default/button';
import { useState } from 'react';

import { InputField } from '../parts/InputField.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { useAct } from '../useAct.ts';
import { useWords } from '../words/language.ts';
import { bundleWords } from '../words/bundle.ts';
import { isMaskable, maskLater, selectedText } from './mask.ts';

interface MaskLaterProps {
  readonly number: string;
  /** Called with how much was masked: what is shown is not what is there any more. */
  readonly onMasked: (said: string) => void;
}

const TEXT_ID = 'mask-later-text';

/** Masks a text for good, with a reason: in everything that was sent and said. What somebody has selected stands in the field. */
export function MaskLater({ number, onMasked }: MaskLaterProps) {
  const words = useWords(bundleWords);
  const [typed, setTyped] = useState<string | null>(null);
  const [hasTried, setHasTried] = useState(false);
  const act = useAct();

  const mask = async (reason: string) => {
    setHasTried(true);
    if (typed === null || !isMaskable(typed)) {
      document.getElementById(TEXT_ID)?.focus();
      return;
    }
    await act.run(async (stop) => {
      const { places, pictures } = await maskLater(number, { text: typed, reason }, stop);
      setTyped(null);
      onMasked(words.maskedLater(places, pictures));
    });
  };

  return (
    <>
      <Button
        onClick={() => {
          setHasTried(false);
          setTyped(selectedText());
        }}
      >
        {words.mask}…
      </Button>
      {typed !== null && (
        <ReasonDialog
          title={words.maskTitle}
          action={words.maskAction}
          isDangerous
          isRunning={act.isRunning}
          failure={act.failure}
          onClose={() => setTyped(null)}
          onReason={(reason) => void mask(reason)}
        >
          <p>{words.maskAbout}</p>
          <InputField
            id={TEXT_ID}
            label={words.maskText}
            about={words.maskTextAbout}
            value={typed}
            fault={hasTried && !isMaskable(typed) ? words.maskTextFault : undefined}
            onChange={setTyped}
          />
        </ReasonDialog>
      )}
    </>
  );
}
