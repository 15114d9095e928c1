import { Stack, Text } from '@atlaskit/primitives/compiled';

import { useIsNarrow } from '../shared/useIsNarrow.ts';
import type { ClassSummary } from '../shared/summary.ts';
import { DeletionChart } from './DeletionChart.tsx';
import { isEmpty, rowsOf } from './rows.ts';
import { StoredDataCards } from './StoredDataCards.tsx';
import { StoredDataTable } from './StoredDataTable.tsx';

interface StoredDataProps {
  readonly classes: readonly ClassSummary[];
  readonly dueAt: string | null;
}

export function StoredData({ classes, dueAt }: StoredDataProps) {
  const isNarrow = useIsNarrow();
  if (isEmpty(classes)) {
    return <Text as="p">Nothing is stored. The app holds no record about this site at the moment.</Text>;
  }
  const rows = rowsOf(classes, dueAt);
  return (
    <Stack space="space.200">
      <DeletionChart rows={rows} />
      {isNarrow ? <StoredDataCards rows={rows} /> : <StoredDataTable rows={rows} />}
    </Stack>
  );
}
