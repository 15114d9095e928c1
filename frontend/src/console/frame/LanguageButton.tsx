import Button from '@atlaskit/button/default/button';

import { frameWords } from '../words/frame.ts';
import { useLanguage, useWords } from '../words/language.ts';

interface LanguageButtonProps {
  readonly onChange: () => void;
}

/** Leads to the other language, and is called by its own name for it. */
export function LanguageButton({ onChange }: LanguageButtonProps) {
  const words = useWords(frameWords);
  const other = useLanguage() === 'en' ? 'de' : 'en';
  return (
    <Button appearance="subtle" onClick={onChange}>
      <span lang={other}>{words.language}</span>
    </Button>
  );
}
