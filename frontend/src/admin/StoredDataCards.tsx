import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';

import { Moment } from '../shared/Moment.tsx';
import { useFormat } from '../shared/speech.ts';
import { GoesText } from './GoesText.tsx';
import { RowAbout } from './RowAbout.tsx';
import type { Row } from './rows.ts';
import { useAdminWords } from './words/words.ts';

interface StoredDataCardsProps {
  readonly rows: readonly Row[];
}

/** The same as the table, for frames that are too narrow for one. */
export function StoredDataCards({ rows }: StoredDataCardsProps) {
  const { none, stored: words } = useAdminWords();
  const format = useFormat();
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
                <dt>{words.records}</dt>
                <dd>{format.count(row.records)}</dd>
              </div>
              <div>
                <dt>{words.size}</dt>
                <dd>{format.bytes(row.bytes)}</dd>
              </div>
              <div>
                <dt>{words.oldest}</dt>
                <dd>{row.oldestAt === null ? none : <Moment at={row.oldestAt} />}</dd>
              </div>
              <div>
                <dt>{words.next}</dt>
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
