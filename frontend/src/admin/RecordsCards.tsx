import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';

import { formatBytes } from '../shared/format.ts';
import { Moment } from '../shared/Moment.tsx';
import { GoesText } from './GoesText.tsx';
import type { RecordRow } from './recordRows.ts';

interface RecordsCardsProps {
  readonly rows: readonly RecordRow[];
}

/** The same as the table, for frames that are too narrow for one. */
export function RecordsCards({ rows }: RecordsCardsProps) {
  return (
    <ul className="cards" aria-label="Records">
      {rows.map((row) => (
        <li key={row.id} className="card">
          <Stack space="space.150">
            <Heading as="h3" size="xsmall">
              {row.kind === null ? row.name : `${row.name}: ${row.kind}`}
            </Heading>
            <dl className="facts">
              {row.subject !== null && (
                <div>
                  <dt>About</dt>
                  <dd>{row.subject}</dd>
                </div>
              )}
              <div>
                <dt>Recorded</dt>
                <dd>
                  <Moment at={row.recordedAt} />
                </dd>
              </div>
              <div>
                <dt>Goes</dt>
                <dd>
                  <GoesText goes={row.goes} />
                </dd>
              </div>
              <div>
                <dt>Size</dt>
                <dd>{formatBytes(row.bytes)}</dd>
              </div>
            </dl>
          </Stack>
        </li>
      ))}
    </ul>
  );
}
