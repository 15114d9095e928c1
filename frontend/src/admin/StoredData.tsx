import { Stack, Text } from '@atlaskit/primitives/compiled';

import { useSharedWords } from '../shared/speech.ts';
import { useIsNarrow } from '../shared/useIsNarrow.ts';
import type { ClassSummary } from '../shared/summary.ts';
import { DeletionChart } from './DeletionChart.tsx';
import { isEmpty, rowsOf } from './rows.ts';
import { StoredDataCards } from './StoredDataCards.tsx';
import { StoredDataTable } from './StoredDataTable.tsx';
import { useAdminWords } from './words/words.ts';

interface StoredDataProps {
  readonly classes: readonly ClassSummary[];
  readonly dueAt: string | null;
}

export function StoredData({ classes, dueAt }: StoredDataProps) {
  const { stored: words } = useAdminWords();
  const shared = useSharedWords();
  const isNarrow = useIsNarrow();
  if (isEmpty(classes)) {
    return <Text as="p">{words.nothing}</Text>;
  }
  const rows = rowsOf(classes, dueAt, shared);
  return (
    <Stack space="space.200">
      <DeletionChart rows={rows} />
      {isNarrow ? <StoredDataCards rows={rows} /> : <StoredDataTable rows={rows} />}
    </Stack>
  );
}
