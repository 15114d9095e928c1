import { count, fields, list, moment, text } from '../../shared/read.ts';
import { ask } from '../api.ts';
import type { Told } from '../../shared/wire.ts';

export type Amounts = Due['overdue'];

export type Due = Told<'Due'>;

export interface Bar {
  /** A day of UTC, as `2026-11-28`. */
  readonly day: string;
  readonly amounts: Amounts;
  readonly total: number;
}

/** What is work, and not the daily going of records. */
export const WORK = ['notices', 'ends', 'erasures', 'confirmations'];

function readAmounts(value: unknown): Amounts {
  return Object.fromEntries(Object.entries(fields(value)).map(([what, amount]) => [what, count(amount)]));
}

export function readDue(body: unknown): Due {
  const due = fields<Due>(body);
  return {
    now: moment(due.now),
    until: moment(due.until),
    overdue: readAmounts(due.overdue),
    days: list(due.days).map((value) => {
      const day = fields<Due['days'][number]>(value);
      return { day: text(day.day), due: readAmounts(day.due) };
    }),
  };
}

export function loadDue(stop: AbortSignal): Promise<Due> {
  return ask({ method: 'GET', path: '/due?days=30' }, readDue, stop);
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

const DAY_MILLISECONDS = 86_400_000;

/** Every day of the time that was asked for, also those without anything, with what `isShown` lets through. */
export function barsOf({ now, until, days }: Due, isShown: (what: string) => boolean): readonly Bar[] {
  const known = new Map(days.map(({ day, due }) => [day, due]));
  const bars: Bar[] = [];
  const last = dayOf(Date.parse(until));
  for (let at = Date.parse(`${dayOf(Date.parse(now))}T00:00:00Z`); dayOf(at) <= last; at += DAY_MILLISECONDS) {
    const day = dayOf(at);
    const amounts = Object.fromEntries(Object.entries(known.get(day) ?? {}).filter(([what]) => isShown(what)));
    bars.push({ day, amounts, total: Object.values(amounts).reduce((sum, amount) => sum + amount, 0) });
  }
  return bars;
}

/** All kinds that stand in the bars, so that each has one colour and one line of the key. */
export function kindsIn(bars: readonly Bar[]): readonly string[] {
  return [...new Set(bars.flatMap(({ amounts }) => Object.keys(amounts)))].sort();
}

export interface Piece {
  readonly kind: string;
  readonly height: number;
  /** How much is below it. */
  readonly below: number;
}

/** What is there can be seen, however little it is beside the most. */
const LEAST_HEIGHT = 2;

/** The pieces of a bar, from the bottom up, where `most` is as high as `height`. */
export function piecesOf(bar: Bar, kinds: readonly string[], most: number, height: number): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const kind of kinds.filter((kind) => (bar.amounts[kind] ?? 0) > 0)) {
    const last = pieces.at(-1);
    const own = Math.max(((bar.amounts[kind] ?? 0) / most) * height, LEAST_HEIGHT);
    pieces.push({ kind, height: own, below: last === undefined ? 0 : last.below + last.height });
  }
  return pieces;
}
