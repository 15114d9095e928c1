import Button from '@atlaskit/button/default/button';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';

import { useSharedWords } from '../shared/speech.ts';
import type { Hindrance } from './hindrance.ts';
import { useReportWords } from './words/words.ts';

interface ReportsTakenViewProps {
  readonly hindrance: Hindrance;
  readonly isAsking: boolean;
  /** Asks once more how things stand. */
  readonly onAskAgain: () => void;
}

/** Says before anything is written that a report cannot be sent from here, or not without somebody's word. */
export function ReportsTakenView({ hindrance, isAsking, onAskAgain }: ReportsTakenViewProps) {
  const { taken: words } = useReportWords();
  const { failures } = useSharedWords();
  if (hindrance === 'approve') {
    return (
      <SectionMessage appearance="information">
        <p>{words.approve}</p>
      </SectionMessage>
    );
  }
  const { title, text } = hindrance === 'forbid' ? failures.codes.reports_forbidden : words[hindrance];
  return (
    <div role="status">
      <SectionMessage appearance="warning" title={title} headingLevel="h2">
        <Stack space="space.150" alignInline="start">
          <Text as="p">{text}</Text>
          {hindrance === 'paused' && (
            <Button onClick={onAskAgain} isLoading={isAsking}>
              {words.askAgain}
            </Button>
          )}
        </Stack>
      </SectionMessage>
    </div>
  );
}
