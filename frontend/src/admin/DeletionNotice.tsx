import { Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';

import { Moment } from '../shared/Moment.tsx';
import { reasonSentence } from './stateView.ts';

interface DeletionNoticeProps {
  readonly dueAt: string;
  readonly reason: string | null;
}

/** Tells administrators that the data of their site has a date on which it is due to go. */
export function DeletionNotice({ dueAt, reason }: DeletionNoticeProps) {
  const sentence = reasonSentence(reason);
  return (
    <SectionMessage appearance="warning" title="The data of this site is due to be deleted" headingLevel="h3">
      <Text as="p">
        Date: <Moment at={dueAt} />.{sentence !== null && ` ${sentence}`}
      </Text>
    </SectionMessage>
  );
}
