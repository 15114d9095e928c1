import Checkbox from '@atlaskit/checkbox';
import { HelperMessage } from '@atlaskit/form/helper-message';
import { useContext } from 'react';

import { KeysContext } from '../keys.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { keyWords } from '../words/keys.ts';
import { useWords } from '../words/language.ts';

interface KeysDialogProps {
  readonly onClose: () => void;
  readonly onChange: (areOn: boolean) => void;
}

const KEYS = [
  ['j', 'j'],
  ['k', 'k'],
  ['Enter', 'enter'],
  ['a', 'a'],
  ['c', 'c'],
  ['/', 'slash'],
  ['r', 'r'],
  ['u', 'u'],
  ['?', 'question'],
] as const;

/** Which keys do what, and the switch that turns them off. */
export function KeysDialog({ onClose, onChange }: KeysDialogProps) {
  const words = useWords(keyWords);
  const areOn = useContext(KeysContext);
  return (
    <Dialog title={words.title} onClose={onClose}>
      <div className="fields">
        <p>{words.about}</p>
        <dl className="facts keys">
          {KEYS.map(([key, name]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{words[name]}</dd>
            </div>
          ))}
        </dl>
        <div>
          <Checkbox isChecked={areOn} label={words.isOn} onChange={(event) => onChange(event.currentTarget.checked)} />
          <HelperMessage>{words.isOnAbout}</HelperMessage>
        </div>
      </div>
    </Dialog>
  );
}
