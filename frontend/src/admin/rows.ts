import { className, kindName } from '../shared/names.ts';
import type { ClassSummary } from '../shared/summary.ts';
import type { SharedWords } from '../shared/words/words.ts';

/** One data class, as the table and the cards show it. */
export interface Row {
  readonly id: string;
  readonly name: string;
  readonly about: string | null;
  readonly records: number;
  readonly bytes: number;
  readonly kinds: readonly { readonly name: string; readonly records: number }[];
  readonly oldestAt: string | null;
  readonly goes: Goes;
}

/** When data of a class goes next, as far as the service has said so. */
export type Goes = { readonly at: string } | 'nothing-stored' | 'while-installed' | 'no-date';

/** The classes that go when the data of the site goes. Others, such as orders, count from a clock of their own. */
const OF_THE_SITE: readonly string[] = ['account', 'operation', 'uploaded', 'session', 'support'];

function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) {
    return one ?? other;
  }
  return Date.parse(other) < Date.parse(one) ? other : one;
}

function goesOf(summary: ClassSummary, dueAt: string | null): Goes {
  if (summary.records === 0) {
    return 'nothing-stored';
  }
  return goesAt(summary.class, summary.nextExpiryAt, dueAt);
}

/** When something of a class goes that has this date of its own, or none. */
export function goesAt(dataClass: string, expiresAt: string | null, dueAt: string | null): Goes {
  const isOfTheSite = OF_THE_SITE.includes(dataClass);
  const at = isOfTheSite ? earlier(expiresAt, dueAt) : expiresAt;
  if (at !== null) {
    return { at };
  }
  return isOfTheSite ? 'while-installed' : 'no-date';
}

/** The rows to show. `dueAt` is when everything of the site is due to go, if it is. */
export function rowsOf(classes: readonly ClassSummary[], dueAt: string | null, words: SharedWords): readonly Row[] {
  return classes.map((summary) => ({
    id: summary.class,
    ...className(summary.class, words),
    records: summary.records,
    bytes: summary.bytes,
    kinds: Object.entries(summary.kinds)
      .filter(([, records]) => records > 0)
      .map(([kind, records]) => ({ name: kindName(kind, words), records })),
    oldestAt: summary.oldestAt,
    goes: goesOf(summary, dueAt),
  }));
}

export function isEmpty(classes: readonly ClassSummary[]): boolean {
  return classes.every((summary) => summary.records === 0);
}
