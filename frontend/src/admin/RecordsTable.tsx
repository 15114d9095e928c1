import DynamicTable from '@atlaskit/dynamic-table';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { Moment } from '../shared/Moment.tsx';
import { type Format, useFormat } from '../shared/speech.ts';
import { sizeWords } from './countWords.ts';
import { GoesText } from './GoesText.tsx';
import type { RecordRow } from './recordRows.ts';
import { type AdminWords, useAdminWords } from './words/words.ts';

/** Not to be sorted: more rows may follow, and only the service knows their order. */
function headIn({ records, stored }: AdminWords) {
  return {
    cells: [
      { key: 'name', content: stored.data, width: 22 },
      { key: 'subject', content: records.about, width: 26 },
      { key: 'recorded', content: records.recorded, width: 20 },
      { key: 'goes', content: records.goes, width: 20 },
      { key: 'bytes', content: stored.size, width: 12 },
    ],
  };
}

function tableRow(row: RecordRow, words: AdminWords, format: Format) {
  return {
    key: row.id,
    cells: [
      {
        key: 'name',
        content: (
          <Stack space="space.0">
            <Text>{row.name}</Text>
            <Text size="small" color="color.text.subtle">
              {row.kind}
            </Text>
          </Stack>
        ),
      },
      { key: 'subject', content: <span className="any-text">{row.subject ?? words.none}</span> },
      { key: 'recorded', content: <Moment at={row.recordedAt} /> },
      { key: 'goes', content: <GoesText goes={row.goes} /> },
      { key: 'bytes', content: sizeWords(1, row.bytes, words.none, format) },
    ],
  };
}

interface RecordsTableProps {
  readonly rows: readonly RecordRow[];
}

export function RecordsTable({ rows }: RecordsTableProps) {
  const words = useAdminWords();
  const format = useFormat();
  return (
    <div className="stored-data">
      <DynamicTable
        label={words.records.title}
        head={headIn(words)}
        rows={rows.map((row) => tableRow(row, words, format))}
      />
    </div>
  );
}
