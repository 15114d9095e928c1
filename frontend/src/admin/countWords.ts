import { formatCount } from '../shared/format.ts';

function counted(count: number, one: string, many: string): string {
  if (count === 0) {
    return `No ${many}`;
  }
  return count === 1 ? `1 ${one}` : `${formatCount(count)} ${many}`;
}

export function recordsSentence(records: number): string {
  return counted(records, 'record', 'records');
}

export function eventsSentence(events: number): string {
  return counted(events, 'event', 'events');
}

/** How much of a list is shown. */
export function shownSentence(shown: string, hasMore: boolean): string {
  return hasMore ? `${shown} shown, and there are more` : `${shown} shown, and that is all`;
}

export function reportsSentence(reports: number): string {
  return counted(reports, 'report', 'reports');
}

export function accessesSentence(accesses: number): string {
  return counted(accesses, 'entry', 'entries');
}

export function partsSentence(parts: number): string {
  return counted(parts, 'part', 'parts');
}

export function placesSentence(places: number): string {
  return counted(places, 'place', 'places');
}
