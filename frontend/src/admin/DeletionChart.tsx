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

/** What goes when, as a picture: one dot for each class on the way from now to the last of the dates. */
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
      {/* Each line says its date; the line below is for the eye alone. */}
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
      <svg className="bar" aria-hidden="true">
        <line className="bar-line" x2="100%" y1="50%" y2="50%" />
        <circle className="bar-dot" cx={`${bar.percent}%`} cy="50%" r="5" />
      </svg>
      <span className="subtle">
        <Moment at={bar.at} />
      </span>
    </li>
  );
}
