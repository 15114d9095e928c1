import Button from '@atlaskit/button/default/button';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import { useState } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import type { Failure } from '../shared/failure.ts';
import { type MaskTest as Tried, testMask } from '../shared/maskTest.ts';
import { TextArea } from '../shared/TextArea.tsx';
import { useAction } from '../shared/useAction.ts';
import { placesSentence } from './countWords.ts';
import { termsFault, termsIn } from './reportRules.ts';

interface MaskTestProps {
  /** The terms as they stand in the form, saved or not. */
  readonly typed: string;
}

/** Shows what would be masked in a text, before the terms are saved. */
export function MaskTest({ typed }: MaskTestProps) {
  const [text, setText] = useState('');
  const [tried, setTried] = useState<Tried | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isRunning, run } = useAction();
  const fault = termsFault(typed);

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
        label="Try it (optional)"
        about="Paste a text to see what would be masked in it. It is not stored."
        rows={3}
        value={text}
        fault={undefined}
        onChange={setText}
      />
      <div>
        <Button onClick={() => void test()} isDisabled={text.trim() === '' || fault !== undefined} isLoading={isRunning}>
          Show what is masked
        </Button>
      </div>
      <div role="status" className="slot">
        {tried !== null && (
          <Stack space="space.100">
            <Text as="p">{`${placesSentence(tried.masked)} masked. This is how it would leave:`}</Text>
            <pre className="tried">{tried.text}</pre>
          </Stack>
        )}
      </div>
      {failure !== null && <ActionFailure failure={failure} headingLevel="h3" />}
    </Stack>
  );
}
