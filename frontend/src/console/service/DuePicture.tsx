import { useLocale, useWords } from '../words/language.ts';
import { workWords } from '../words/work.ts';
import { type Bar, kindsIn, piecesOf } from './due.ts';
import { useKindName } from './kindName.ts';

interface DuePictureProps {
  readonly bars: readonly Bar[];
}

const HEIGHT = 160;
/** Above the highest bar. */
const AIR = 8;
const STEP = 24;
const WIDTH = 16;
const FOOT = 20;
/** Room for the first and the last date, which stand under the middle of their bars. */
const EDGE = 16;
/** As many patterns as the style sheet has. */
const COLOURS = 6;

/**
 * A bar for each day, with a piece for each kind. It is drawn with shapes and classes alone, since the page's security policy
 * allows no style in an element. Whoever does not see it has the same in the table below.
 */
export function DuePicture({ bars }: DuePictureProps) {
  const { due: words } = useWords(workWords);
  const locale = useLocale();
  const nameOf = useKindName();
  const kinds = kindsIn(bars);
  const most = Math.max(...bars.map((bar) => bar.total), 1);
  const width = bars.length * STEP;
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'numeric', timeZone: 'UTC' });
  return (
    <figure className="due">
      <div className="due-scroll" tabIndex={0} role="group" aria-label={words.picture}>
        <svg
          viewBox={`${-EDGE} 0 ${width + 2 * EDGE} ${HEIGHT + FOOT}`}
          width={width + 2 * EDGE}
          height={HEIGHT + FOOT}
          role="img"
          aria-label={words.picture}
        >
          <line className="due-floor" x1="0" x2={width} y1={HEIGHT} y2={HEIGHT} />
          {bars.map((bar, at) => (
            <g key={bar.day}>
              <Pieces bar={bar} x={at * STEP + (STEP - WIDTH) / 2} most={most} kinds={kinds} />
              {at % 5 === 0 && (
                <text className="due-day" x={at * STEP + STEP / 2} y={HEIGHT + 14} textAnchor="middle">
                  {date.format(new Date(`${bar.day}T00:00:00Z`))}
                </text>
              )}
            </g>
          ))}
        </svg>
      </div>
      <figcaption>
        <ul className="due-key">
          {kinds.map((kind, at) => (
            <li key={kind}>
              <svg width="12" height="12" aria-hidden="true">
                <rect className={`due-${at % COLOURS}`} width="12" height="12" />
              </svg>
              {nameOf(kind)}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

interface PiecesProps {
  readonly bar: Bar;
  readonly x: number;
  readonly most: number;
  readonly kinds: readonly string[];
}

function Pieces({ bar, x, most, kinds }: PiecesProps) {
  return (
    <>
      {piecesOf(bar, kinds, most, HEIGHT - AIR).map(({ kind, height, below }) => (
        <rect
          key={kind}
          className={`due-${kinds.indexOf(kind) % COLOURS}`}
          x={x}
          y={HEIGHT - below - height}
          width={WIDTH}
          height={height}
        />
      ))}
    </>
  );
}
