import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';

import { formatMoment } from '../shared/format.ts';
import { Moment } from '../shared/Moment.tsx';
import type { Bar } from './chart.ts';
import { chartOf } from './chart.ts';
import type { Row } from './rows.ts';

interface DeletionChartProps {
  readonly rows: readonly Row[];
}

const HEIGHT = 8;

/** What goes when, as a picture: one bar for each class, from now to its next deletion. */
export function DeletionChart({ rows }: DeletionChartProps) {
  const chart = chartOf(rows, new Date());
  if (chart === null) {
    return null;
  }
  return (
    <Stack space="space.100">
      <Heading as="h3" size="xsmall" id="deletion-chart">
        What goes next
      </Heading>
      <ul className="bars" aria-labelledby="deletion-chart">
        {chart.bars.map((bar) => (
          <BarLine key={bar.id} bar={bar} />
        ))}
      </ul>
      {/* Each bar says its date; the line below is for the eye alone. */}
      <div className="bars-axis subtle" aria-hidden="true">
        <span>Now</span>
        <span>{formatMoment(chart.until)}</span>
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
