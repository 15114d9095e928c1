import { Stack, Text } from '@atlaskit/primitives/compiled';
import { useCallback } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import { FailurePanel } from '../shared/FailurePanel.tsx';
import { Loading } from '../shared/Loading.tsx';
import { loadRecords } from '../shared/records.ts';
import { ShowMore } from '../shared/ShowMore.tsx';
import { StaleNotice } from '../shared/StaleNotice.tsx';
import { useSharedWords } from '../shared/speech.ts';
import { useIsNarrow } from '../shared/useIsNarrow.ts';
import { usePages } from '../shared/usePages.ts';
import { RecordsCards } from './RecordsCards.tsx';
import { RecordsTable } from './RecordsTable.tsx';
import { recordRowsOf } from './recordRows.ts';
import { shownSentence } from './countWords.ts';
import { useAdminWords } from './words/words.ts';

interface RecordsProps {
  readonly dataClass: string | null;
  readonly dueAt: string | null;
  /** Another number loads the records anew. */
  readonly run: number;
}

export function Records({ dataClass, dueAt, run }: RecordsProps) {
  const { counts, records: words } = useAdminWords();
  const shared = useSharedWords();
  const load = useCallback(
    (cursor: string | null, token: string, stop: AbortSignal) => loadRecords(dataClass, cursor, token, stop),
    [dataClass],
  );
  const pages = usePages(load, run);
  const isNarrow = useIsNarrow();
  const rows = recordRowsOf(
    pages.parts.flatMap((part) => part.items),
    dueAt,
    shared,
  );

  if (pages.parts.length === 0) {
    return pages.failure === null ? (
      <Loading what={words.what} />
    ) : (
      <FailurePanel failure={pages.failure} isRetrying={pages.isLoading} onRetry={pages.restart} headingLevel="h3" />
    );
  }
  const hasMore = pages.parts.at(-1)?.next !== null;
  if (rows.length === 0 && !hasMore) {
    return <Text as="p">{words.empty}</Text>;
  }
  return (
    <Stack space="space.200">
      {pages.arrival !== null && (
        <StaleNotice of={pages.arrival} isRetrying={pages.isLoading} onRetry={pages.restart} headingLevel="h3" />
      )}
      {isNarrow ? <RecordsCards rows={rows} /> : <RecordsTable rows={rows} />}
      {pages.failure !== null && <ActionFailure failure={pages.failure} headingLevel="h3" />}
      <ShowMore pages={pages} shown={shownSentence(counts.records(rows.length), hasMore, counts)} />
    </Stack>
  );
}
