import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';

import { Moment } from '../shared/Moment.tsx';
import { useFormat } from '../shared/speech.ts';
import { sizeWords } from './countWords.ts';
import { GoesText } from './GoesText.tsx';
import type { RecordRow } from './recordRows.ts';
import { useAdminWords } from './words/words.ts';

interface RecordsCardsProps {
  readonly rows: readonly RecordRow[];
}

/** The same as the table, for frames that are too narrow for one. */
export function RecordsCards({ rows }: RecordsCardsProps) {
  const { none, records: words, stored } = useAdminWords();
  const format = useFormat();
  return (
    <ul className="cards" aria-label={words.title}>
      {rows.map((row) => (
        <li key={row.id} className="card">
          <Stack space="space.150">
            <Heading as="h3" size="xsmall">
              {`${row.name}: ${row.kind}`}
            </Heading>
            <dl className="facts">
              {row.subject !== null && (
                <div>
                  <dt>{words.about}</dt>
                  <dd>{row.subject}</dd>
                </div>
              )}
              <div>
                <dt>{words.recorded}</dt>
                <dd>
                  <Moment at={row.recordedAt} />
                </dd>
              </div>
              <div>
                <dt>{words.goes}</dt>
                <dd>
                  <GoesText goes={row.goes} />
                </dd>
              </div>
              <div>
                <dt>{stored.size}</dt>
                <dd>{sizeWords(1, row.bytes, none, format)}</dd>
              </div>
            </dl>
          </Stack>
        </li>
      ))}
    </ul>
  );
}
