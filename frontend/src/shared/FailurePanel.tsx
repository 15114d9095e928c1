import Button from '@atlaskit/button/default/button';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';

import { type Failure, isRefusedAs } from './failure.ts';
import { failureMessage } from './failureMessage.ts';
import { FailureText } from './FailureText.tsx';
import { useFormat, useSharedWords } from './speech.ts';
import { useFocusHandover } from './useFocusHandover.ts';

interface FailurePanelProps {
  readonly failure: Failure;
  /** Of when that is which is still shown below it; nothing where nothing is. */
  readonly asOf?: Date;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
  /** One level below the heading that the panel stands under. */
  readonly headingLevel: 'h2' | 'h3' | 'h4';
}

/** Says what could not be loaded and why, and lets the user try again. */
export function FailurePanel({ failure, asOf, isRetrying, onRetry, headingLevel }: FailurePanelProps) {
  const words = useSharedWords();
  const format = useFormat();
  const panel = useFocusHandover<HTMLDivElement>();
  const isForbidden = failure.kind === 'refused' && failure.status === 403;
  return (
    <div role="alert" ref={panel}>
      <SectionMessage
        appearance={isForbidden ? 'warning' : 'error'}
        title={failureMessage(failure, words).title}
        headingLevel={headingLevel}
      >
        <Stack space="space.150" alignInline="start">
          <FailureText failure={failure} />
          {asOf !== undefined && <Text as="p">{words.stillShown(format.timeOfDay(asOf))}</Text>}
          {/* Nobody becomes an administrator by trying again. */}
          {!isRefusedAs(failure, 'admin_required') && (
            <Button onClick={onRetry} isLoading={isRetrying}>
              {words.retry}
            </Button>
          )}
        </Stack>
      </SectionMessage>
    </div>
  );
}
