import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';

import { formatBytes, formatCount } from '../shared/format.ts';
import { Moment } from '../shared/Moment.tsx';
import { GoesText } from './GoesText.tsx';
import { RowAbout } from './RowAbout.tsx';
import type { Row } from './rows.ts';

interface StoredDataCardsProps {
  readonly rows: readonly Row[];
}

/** The same as the table, for frames that are too narrow for one. */
export function StoredDataCards({ rows }: StoredDataCardsProps) {
  return (
    <ul className="cards">
      {rows.map((row) => (
        <li key={row.id} className="card">
          <Stack space="space.150">
            <Stack space="space.050">
              <Heading as="h3" size="xsmall">
                {row.name}
              </Heading>
              <RowAbout row={row} />
            </Stack>
            <dl className="facts">
              <div>
                <dt>Records</dt>
                <dd>{formatCount(row.records)}</dd>
              </div>
              <div>
                <dt>Size</dt>
                <dd>{formatBytes(row.bytes)}</dd>
              </div>
              <div>
                <dt>Oldest record</dt>
                <dd>{row.oldestAt === null ? 'None' : <Moment at={row.oldestAt} />}</dd>
              </div>
              <div>
                <dt>Next deletion</dt>
                <dd>
                  <GoesText goes={row.goes} />
                </dd>
              </div>
            </dl>
          </Stack>
        </li>
      ))}
    </ul>
  );
}
