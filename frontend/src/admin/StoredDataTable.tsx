import DynamicTable from '@atlaskit/dynamic-table';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { Moment } from '../shared/Moment.tsx';
import { type Format, useFormat } from '../shared/speech.ts';
import { GoesText } from './GoesText.tsx';
import { RowAbout } from './RowAbout.tsx';
import type { Row } from './rows.ts';
import { type AdminWords, useAdminWords } from './words/words.ts';

function headIn({ stored }: AdminWords) {
  return {
    cells: [
      { key: 'name', content: stored.data, isSortable: true, width: 36 },
      { key: 'records', content: stored.records, isSortable: true, width: 12 },
      { key: 'bytes', content: stored.size, isSortable: true, width: 12 },
      { key: 'oldest', content: stored.oldest, isSortable: true, width: 20 },
      { key: 'goes', content: stored.next, isSortable: true, width: 20 },
    ],
  };
}

/** A date sorts by its instant, and what has no date comes last. */
function sortKey(at: string | null): number {
  return at === null ? Number.MAX_SAFE_INTEGER : Date.parse(at);
}

function tableRow(row: Row, words: AdminWords, format: Format) {
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
      { key: row.records, content: format.count(row.records) },
      { key: row.bytes, content: format.bytes(row.bytes) },
      { key: sortKey(row.oldestAt), content: row.oldestAt === null ? words.none : <Moment at={row.oldestAt} /> },
      { key: sortKey(typeof row.goes === 'string' ? null : row.goes.at), content: <GoesText goes={row.goes} /> },
    ],
  };
}

interface StoredDataTableProps {
  readonly rows: readonly Row[];
}

export function StoredDataTable({ rows }: StoredDataTableProps) {
  const words = useAdminWords();
  const format = useFormat();
  return (
    <div className="stored-data">
      <DynamicTable
        label={words.stored.byClass}
        head={headIn(words)}
        rows={rows.map((row) => tableRow(row, words, format))}
      />
    </div>
  );
}
