import Button from '@atlaskit/button/default/button';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import { useState } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import type { Failure } from '../shared/failure.ts';
import { type MaskTest as Tried, testMask } from '../shared/maskTest.ts';
import { TextArea } from '../shared/TextArea.tsx';
import { useAction } from '../shared/useAction.ts';
import { areTermsRight, termsIn } from './reportRules.ts';
import { useAdminWords } from './words/words.ts';

interface MaskTestProps {
  /** The terms as they stand in the form, saved or not. */
  readonly typed: string;
}

/** Shows what would be masked in a text, before the terms are saved. */
export function MaskTest({ typed }: MaskTestProps) {
  const { rules: words } = useAdminWords();
  const [text, setText] = useState('');
  const [tried, setTried] = useState<Tried | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isRunning, run } = useAction();

  const test = async () => {
    setFailure(null);
    const outcome = await run((token, stop) => testMask(text, termsIn(typed), token, stop));
    if (outcome?.state === 'ready') {
      setTried(outcome.value);
    } else if (outcome?.state === 'failed') {
      setTried(null);
      setFailure(outcome.failure);
    }
  };

  return (
    <Stack space="space.150">
      <TextArea
        id="rules-test"
        label={words.test}
        about={words.testAbout}
        rows={3}
        value={text}
        fault={undefined}
        onChange={setText}
      />
      <div>
        <Button onClick={() => void test()} isDisabled={text.trim() === '' || !areTermsRight(typed)} isLoading={isRunning}>
          {words.testButton}
        </Button>
      </div>
      <div role="status" className="slot">
        {tried !== null && (
          <Stack space="space.100">
            <Text as="p">{words.tested(tried.masked)}</Text>
            <pre className="tried">{tried.text}</pre>
          </Stack>
        )}
      </div>
      {failure !== null && <ActionFailure failure={failure} headingLevel="h3" />}
    </Stack>
  );
}
