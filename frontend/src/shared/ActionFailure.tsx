import { Stack } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';

import type { Failure } from './failure.ts';
import { failureMessage } from './failureMessage.ts';
import { FailureText } from './FailureText.tsx';
import { useSharedWords } from './speech.ts';

interface ActionFailureProps {
  readonly failure: Failure;
  /** One level below the heading that the message stands under. */
  readonly headingLevel: 'h2' | 'h3' | 'h4';
}

/** Says why something did not work. The button that was used stands beside it, and is the way to try again. */
export function ActionFailure({ failure, headingLevel }: ActionFailureProps) {
  const { title } = failureMessage(failure, useSharedWords());
  return (
    <div role="alert">
      <SectionMessage appearance="error" title={title} headingLevel={headingLevel}>
        <Stack space="space.150">
          <FailureText failure={failure} />
        </Stack>
      </SectionMessage>
    </div>
  );
}
