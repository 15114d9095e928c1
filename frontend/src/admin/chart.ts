import type { Row } from './rows.ts';

/** One class on the line of time: when something of it goes next, as a share of the whole line. */
export interface Bar {
  readonly id: string;
  readonly name: string;
  readonly at: string;
  /** From 0 to 100. */
  readonly percent: number;
}

export interface Chart {
  readonly bars: readonly Bar[];
  /** The end of the line: the last of the dates. */
  readonly until: string;
}

/** Even what goes within the hour has to be seen. */
const LEAST_PERCENT = 1.5;

/** What has a date, the soonest first; nothing where nothing has one. */
export function chartOf(rows: readonly Row[], now: Date): Chart | null {
  const dated = rows
    .flatMap(({ id, name, goes }) => (typeof goes === 'string' ? [] : [{ id, name, at: goes.at }]))
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const last = dated.at(-1);
  if (last === undefined) {
    return null;
  }
  const whole = Math.max(Date.parse(last.at) - now.getTime(), 1);
  const percent = (at: string) => Math.min(Math.max(((Date.parse(at) - now.getTime()) / whole) * 100, LEAST_PERCENT), 100);
  return { bars: dated.map((bar) => ({ ...bar, percent: percent(bar.at) })), until: last.at };
}
