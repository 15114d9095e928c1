import { Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';

import type { Failure } from '../shared/failure.ts';
import { Said } from '../shared/FailureText.tsx';
import { useSharedWords } from '../shared/speech.ts';
import { reportFailureMessage } from './failureWords.ts';
import { useReportWords } from './words/words.ts';

interface ReportFailureProps {
  readonly failure: Failure;
}

/** Says why a report did not get on, and that everything that was written is still there. */
export function ReportFailure({ failure }: ReportFailureProps) {
  const { failures } = useReportWords();
  const shared = useSharedWords();
  const { title, text, said } = reportFailureMessage(failure, failures, shared);
  const requestId = failure.kind === 'refused' ? failure.requestId : null;
  return (
    <div role="alert">
      <SectionMessage appearance="error" title={title} headingLevel="h3">
        <Stack space="space.150">
          <Text as="p">{text}</Text>
          {said !== null && <Said sentence={said} />}
          <Text as="p">{failures.nothingLost}</Text>
          {requestId !== null && (
            <Text as="p" size="small" color="color.text.subtle">
              {shared.requestId} <code className="request-id">{requestId}</code>
            </Text>
          )}
        </Stack>
      </SectionMessage>
    </div>
  );
}
