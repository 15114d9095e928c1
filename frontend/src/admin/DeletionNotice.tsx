import { Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';

import { Moment } from '../shared/Moment.tsx';
import { goToPart } from './PageContents.tsx';
import { reasonSentence } from './stateView.ts';
import { useAdminWords } from './words/words.ts';

interface DeletionNoticeProps {
  readonly dueAt: string;
  readonly reason: string | null;
  /** Whether whoever reads it may undo it on this page. */
  readonly canUndo: boolean;
}

/** Tells administrators that the data of their site has a date on which it is due to go. */
export function DeletionNotice({ dueAt, reason, canUndo }: DeletionNoticeProps) {
  const { installation: words } = useAdminWords();
  const sentence = reasonSentence(reason, words);
  return (
    <SectionMessage appearance="warning" title={words.due} headingLevel="h3">
      <Text as="p">
        {words.date} <Moment at={dueAt} />.{sentence !== null && ` ${sentence}`}
        {canUndo && (
          <>
            {' '}
            <a
              href="#delete-early"
              onClick={(event) => {
                event.preventDefault();
                goToPart('delete-early');
              }}
            >
              {words.toUndo}
            </a>
          </>
        )}
      </Text>
    </SectionMessage>
  );
}
