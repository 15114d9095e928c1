import DynamicTable from '@atlaskit/dynamic-table';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { formatBytes, formatCount } from '../shared/format.ts';
import { Moment } from '../shared/Moment.tsx';
import { GoesText } from './GoesText.tsx';
import { RowAbout } from './RowAbout.tsx';
import type { Row } from './rows.ts';

const HEAD = {
  cells: [
    { key: 'name', content: 'Data', isSortable: true, width: 36 },
    { key: 'records', content: 'Records', isSortable: true, width: 12 },
    { key: 'bytes', content: 'Size', isSortable: true, width: 12 },
    { key: 'oldest', content: 'Oldest record', isSortable: true, width: 20 },
    { key: 'goes', content: 'Next deletion', isSortable: true, width: 20 },
  ],
};

/** A date sorts by its instant, and what has no date comes last. */
function sortKey(at: string | null): number {
  return at === null ? Number.MAX_SAFE_INTEGER : Date.parse(at);
}

function tableRow(row: Row) {
  return {
    key: row.id,
    cells: [
      {
        key: row.name,
        content: (
          <Stack space="space.050">
            <Text weight="medium">{row.name}</Text>
            <RowAbout row={row} />
          </Stack>
        ),
      },
      { key: row.records, content: formatCount(row.records) },
      { key: row.bytes, content: formatBytes(row.bytes) },
      { key: sortKey(row.oldestAt), content: row.oldestAt === null ? 'None' : <Moment at={row.oldestAt} /> },
      { key: sortKey(typeof row.goes === 'string' ? null : row.goes.at), content: <GoesText goes={row.goes} /> },
    ],
  };
}

interface StoredDataTableProps {
  readonly rows: readonly Row[];
}

export function StoredDataTable({ rows }: StoredDataTableProps) {
  return (
    <div className="stored-data">
      <DynamicTable label="Stored data by class" head={HEAD} rows={rows.map(tableRow)} />
    </div>
  );
}
