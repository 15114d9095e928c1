import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';

import { Moment } from '../shared/Moment.tsx';
import { useFormat } from '../shared/speech.ts';
import type { Bar } from './chart.ts';
import { chartOf } from './chart.ts';
import type { Row } from './rows.ts';
import { useAdminWords } from './words/words.ts';

interface DeletionChartProps {
  readonly rows: readonly Row[];
}

const HEIGHT = 8;

/** What goes when, as a picture: one bar for each class, from now to its next deletion. */
export function DeletionChart({ rows }: DeletionChartProps) {
  const { stored: words } = useAdminWords();
  const format = useFormat();
  const chart = chartOf(rows, new Date());
  if (chart === null) {
    return null;
  }
  return (
    <Stack space="space.100">
      <Heading as="h3" size="xsmall" id="deletion-chart">
        {words.chart}
      </Heading>
      <ul className="bars" aria-labelledby="deletion-chart">
        {chart.bars.map((bar) => (
          <BarLine key={bar.id} bar={bar} />
        ))}
      </ul>
      {/* Each bar says its date; the line below is for the eye alone. */}
      <div className="bars-axis subtle" aria-hidden="true">
        <span>{words.now}</span>
        <span>{format.moment(chart.until)}</span>
      </div>
    </Stack>
  );
}

function BarLine({ bar }: { readonly bar: Bar }) {
  return (
    <li>
      <span className="bar-name">{bar.name}</span>
      <svg className="bar" viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <rect className="bar-whole" width="100" height={HEIGHT} />
        <rect className="bar-part" width={bar.percent} height={HEIGHT} />
      </svg>
      <span className="subtle">
        <Moment at={bar.at} />
      </span>
    </li>
  );
}
