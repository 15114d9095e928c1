import { Text } from '@atlaskit/primitives/compiled';

import type { Failure } from './failure.ts';
import { failureMessage } from './failureMessage.ts';
import { ReportButton } from './ReportButton.tsx';
import { useSharedWords } from './speech.ts';

interface FailureTextProps {
  readonly failure: Failure;
}

/** What the user can do about a failure, and what support needs to find it. */
export function FailureText({ failure }: FailureTextProps) {
  const words = useSharedWords();
  const { text, said } = failureMessage(failure, words);
  const requestId = failure.kind === 'refused' ? failure.requestId : null;
  // What somebody may not do is no problem of the app.
  const isOurs = failure.kind === 'unreadable' || (failure.kind === 'refused' && failure.status >= 500);
  return (
    <>
      <Text as="p">{text}</Text>
      {said !== null && <Said sentence={said} />}
      {requestId !== null && (
        <Text as="p" size="small" color="color.text.subtle">
          {words.requestId} <code className="request-id">{requestId}</code>
        </Text>
      )}
      {isOurs && <ReportButton errorId={requestId} words={words} />}
    </>
  );
}

/** What the service says of it. It writes English alone, which those who have it read to them need to know. */
export function Said({ sentence }: { readonly sentence: string }) {
  return (
    <Text as="p">
      {useSharedWords().appSays}{' '}
      <span className="any-text" lang="en">
        {sentence}
      </span>
    </Text>
  );
}
