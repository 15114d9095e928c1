import { Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';

import type { Failure } from '../shared/failure.ts';
import { reportFailureMessage } from './failureWords.ts';

interface ReportFailureProps {
  readonly failure: Failure;
}

/** Says why a report did not get on, and that everything that was written is still there. */
export function ReportFailure({ failure }: ReportFailureProps) {
  const { title, text } = reportFailureMessage(failure);
  const requestId = failure.kind === 'refused' ? failure.requestId : null;
  return (
    <div role="alert">
      <SectionMessage appearance="error" title={title} headingLevel="h3">
        <Stack space="space.150">
          <Text as="p">{text}</Text>
          <Text as="p">Nothing that you wrote is lost: it is all still here.</Text>
          {requestId !== null && (
            <Text as="p" size="small" color="color.text.subtle">
              Request id: <code className="request-id">{requestId}</code>
            </Text>
          )}
        </Stack>
      </SectionMessage>
    </div>
  );
}
