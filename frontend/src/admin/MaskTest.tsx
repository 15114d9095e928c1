import Button from '@atlaskit/button/default/button';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import { TextArea } from '../shared/TextArea.tsx';
import { areTermsRight, termsIn } from './reportRules.ts';
import type { MaskTestState } from './useMaskTest.ts';
import { useAdminWords } from './words/words.ts';

interface MaskTestProps {
  /** The terms as they stand in the form, saved or not. */
  readonly typed: string;
  readonly state: MaskTestState;
}

/** Shows what would be masked in a text, before the terms are saved. */
export function MaskTest({ typed, state }: MaskTestProps) {
  const { rules: words } = useAdminWords();
  const { text, tried, failure, isRunning, write, test } = state;
  const canTest = text.trim() !== '' && areTermsRight(typed);

  return (
    <Stack space="space.150">
      <TextArea
        id="rules-test"
        label={words.test}
        about={words.testAbout}
        rows={3}
        value={text}
        fault={undefined}
        onChange={write}
      />
      <div>
        <Button onClick={() => void test(termsIn(typed))} isDisabled={!canTest} isLoading={isRunning}>
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
