import { Text } from '@atlaskit/primitives/compiled';
import Heading from '@atlaskit/heading';

import { useIsNarrow } from '../../shared/useIsNarrow.ts';
import { FailureBox } from '../parts/FailureBox.tsx';
import { Paging } from '../parts/Paging.tsx';
import { StaleBox } from '../parts/StaleBox.tsx';
import { Waiting } from '../parts/Waiting.tsx';
import { useMay } from '../SessionContext.ts';
import type { Loaded } from '../useLoad.ts';
import { queueWords } from '../words/queue.ts';
import { useWords } from '../words/language.ts';
import type { Queue } from './queue.ts';
import { QueueCards } from './QueueCards.tsx';
import { QueueTable } from './QueueTable.tsx';
import type { Triage } from './useTriage.ts';

/** Ten columns, with the navigation beside them and in the longer words of German. */
const QUEUE_REM = 70;

interface QueueListProps {
  readonly queue: Loaded<Queue>;
  readonly triage: Triage;
  readonly onClose: (number: string) => void;
}

/** The tickets of one page of the queue. */
export function QueueList({ queue, triage, onClose }: QueueListProps) {
  const words = useWords(queueWords);
  const isNarrow = useIsNarrow(QUEUE_REM);
  const { load, isLoading, reload } = queue;
  if (load.state === 'loading') {
    return <Waiting />;
  }
  if (load.state === 'failed') {
    return <FailureBox failure={load.failure} headingLevel="h2" onRetry={reload} isRetrying={isLoading} />;
  }
  const { items, next } = load.value;
  const List = isNarrow ? QueueCards : QueueTable;
  return (
    <div className="page-parts">
      <StaleBox of={queue} headingLevel="h2" />
      {triage.act.failure !== null && <FailureBox failure={triage.act.failure} headingLevel="h2" />}
      {items.length === 0 ? <Empty /> : <List items={items} triage={triage} onClose={onClose} />}
      <Paging next={next} shown={next === null ? words.shown(items.length) : words.shownMore(items.length)} />
    </div>
  );
}

function Empty() {
  const words = useWords(queueWords);
  const may = useMay();
  return (
    <div className="empty">
      <Heading as="h2" size="small">
        {words.empty}
      </Heading>
      <Text as="p" color="color.text.subtle">
        {words.emptyText} {!may('staff: triage') && words.emptyConfined}
      </Text>
    </div>
  );
}
