import Button from '@atlaskit/button/default/button';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';

import type { Failure } from '../../shared/failure.ts';
import { formatTimeOfDay } from '../../shared/format.ts';
import { useFocusHandover } from '../../shared/useFocusHandover.ts';
import { failureMessage } from '../failureMessage.ts';
import { failureWords } from '../words/failures.ts';
import { useLocale, useWords } from '../words/language.ts';

interface FailureBoxProps {
  readonly failure: Failure;
  readonly headingLevel: 'h2' | 'h3' | 'h4';
  /** Of when that is which is still shown below it; nothing where nothing is. */
  readonly asOf?: Date;
  /** Left out where the button that was used stands beside it. */
  readonly onRetry?: () => void;
  readonly isRetrying?: boolean;
}

/** Says what did not work, why, and what can be done. */
export function FailureBox({ failure, headingLevel, asOf, onRetry, isRetrying = false }: FailureBoxProps) {
  const words = useWords(failureWords);
  const locale = useLocale();
  const panel = useFocusHandover<HTMLDivElement>();
  const { title, text, detail } = failureMessage(failure, words);
  const requestId = failure.kind === 'refused' ? failure.requestId : null;
  const isWarning = failure.kind === 'refused' && failure.status < 500;
  return (
    <div role="alert" ref={panel}>
      <SectionMessage appearance={isWarning ? 'warning' : 'error'} title={title} headingLevel={headingLevel}>
        <Stack space="space.150" alignInline="start">
          <Text as="p">{text}</Text>
          {asOf !== undefined && <Text as="p">{words.stillShown(formatTimeOfDay(asOf, locale))}</Text>}
          {detail !== null && (
            <p className="service-says">
              {words.serviceSays} <q lang="en">{detail}</q>
            </p>
          )}
          {requestId !== null && (
            <Text as="p" size="small" color="color.text.subtle">
              {words.requestId}: <code className="request-id">{requestId}</code>
            </Text>
          )}
          {onRetry !== undefined && (
            <Button onClick={onRetry} isLoading={isRetrying}>
              {words.retry}
            </Button>
          )}
        </Stack>
      </SectionMessage>
    </div>
  );
}
