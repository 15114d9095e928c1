import DynamicTable from '@atlaskit/dynamic-table';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { formatBytes } from '../shared/format.ts';
import { Moment } from '../shared/Moment.tsx';
import { GoesText } from './GoesText.tsx';
import type { RecordRow } from './recordRows.ts';

/** Not to be sorted: more rows may follow, and only the service knows their order. */
const HEAD = {
  cells: [
    { key: 'name', content: 'Data', width: 22 },
    { key: 'subject', content: 'About', width: 26 },
    { key: 'recorded', content: 'Recorded', width: 20 },
    { key: 'goes', content: 'Goes', width: 20 },
    { key: 'bytes', content: 'Size', width: 12 },
  ],
};

function tableRow(row: RecordRow) {
  return {
    key: row.id,
    cells: [
      {
        key: 'name',
        content: (
          <Stack space="space.0">
            <Text>{row.name}</Text>
            {row.kind !== null && (
              <Text size="small" color="color.text.subtle">
                {row.kind}
              </Text>
            )}
          </Stack>
        ),
      },
      { key: 'subject', content: <span className="any-text">{row.subject ?? 'None'}</span> },
      { key: 'recorded', content: <Moment at={row.recordedAt} /> },
      { key: 'goes', content: <GoesText goes={row.goes} /> },
      { key: 'bytes', content: formatBytes(row.bytes) },
    ],
  };
}

interface RecordsTableProps {
  readonly rows: readonly RecordRow[];
}

export function RecordsTable({ rows }: RecordsTableProps) {
  return (
    <div className="stored-data">
      <DynamicTable label="Records" head={HEAD} rows={rows.map(tableRow)} />
    </div>
  );
}
