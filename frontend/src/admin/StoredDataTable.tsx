import DynamicTable from '@atlaskit/dynamic-table';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { Moment } from '../shared/Moment.tsx';
import { type Format, useFormat } from '../shared/speech.ts';
import { sizeWords } from './countWords.ts';
import { GoesText } from './GoesText.tsx';
import { RowAbout } from './RowAbout.tsx';
import type { Row } from './rows.ts';
import { type AdminWords, useAdminWords } from './words/words.ts';

/** The arrow says how a column is sorted. A tip would say it again, outside of the page's landmarks. */
const NO_TIPS = { ascendingSortTooltip: '', descendingSortTooltip: '' };

function headIn({ stored }: AdminWords) {
  const column = (key: string, content: string, width: number) =>
    ({ key, content, width, isSortable: true, buttonAriaRoleDescription: stored.sortButton, ...NO_TIPS });
  return {
    cells: [
      column('name', stored.data, 36),
      column('records', stored.records, 12),
      column('bytes', stored.size, 12),
      column('oldest', stored.oldest, 20),
      column('goes', stored.next, 20),
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
      { key: row.bytes, content: sizeWords(row.records, row.bytes, words.none, format) },
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
