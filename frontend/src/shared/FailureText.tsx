import Button from '@atlaskit/button/default/button';
import { Text } from '@atlaskit/primitives/compiled';

import type { Failure } from './failure.ts';
import { failureMessage } from './failureMessage.ts';
import { canReport, reportProblem } from './reportDialog.ts';

interface FailureTextProps {
  readonly failure: Failure;
}

/** What the user can do about a failure, and what support needs to find it. */
export function FailureText({ failure }: FailureTextProps) {
  const requestId = failure.kind === 'refused' ? failure.requestId : null;
  // What somebody may not do is no problem of the app.
  const isOurs = failure.kind === 'refused' && failure.status >= 500;
  return (
    <>
      <Text as="p">{failureMessage(failure).text}</Text>
      {requestId !== null && (
        <Text as="p" size="small" color="color.text.subtle">
          Request id: <code className="request-id">{requestId}</code>
        </Text>
      )}
      {requestId !== null && isOurs && canReport() && (
        <div>
          <Button appearance="subtle" onClick={() => reportProblem(requestId)}>
            Report this problem
          </Button>
        </div>
      )}
    </>
  );
}
