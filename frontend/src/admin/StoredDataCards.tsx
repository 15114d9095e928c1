import Heading from '@atlaskit/heading';
import { Inline, Stack } from '@atlaskit/primitives/compiled';

import { Moment } from '../shared/Moment.tsx';
import { useFormat } from '../shared/speech.ts';
import { sizeWords } from './countWords.ts';
import { GoesText } from './GoesText.tsx';
import { RowAbout } from './RowAbout.tsx';
import type { Row } from './rows.ts';
import { useAdminWords } from './words/words.ts';

interface StoredDataCardsProps {
  readonly rows: readonly Row[];
}

/** A class without anything in it, in one line: what is stored is what the reader looks for. */
function EmptyCard({ row }: { readonly row: Row }) {
  return (
    <li className="card">
      <Inline space="space.150" rowSpace="space.050" spread="space-between" alignBlock="baseline" shouldWrap>
        <Heading as="h3" size="xsmall">
          {row.name}
        </Heading>
        <GoesText goes={row.goes} />
      </Inline>
    </li>
  );
}

/** The same as the table, for frames that are too narrow for one. */
export function StoredDataCards({ rows }: StoredDataCardsProps) {
  return (
    <ul className="cards">
      {rows.map((row) => (row.records === 0 ? <EmptyCard key={row.id} row={row} /> : <Card key={row.id} row={row} />))}
    </ul>
  );
}

function Card({ row }: { readonly row: Row }) {
  const { none, stored: words } = useAdminWords();
  const format = useFormat();
  return (
        <li className="card">
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
                <dd>{sizeWords(row.records, row.bytes, none, format)}</dd>
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
  );
}
