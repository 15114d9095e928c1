import { get } from './client.ts';
import { type Page, readPage, withQuery } from './page.ts';
import { fields, list, moment, nullable, text } from './read.ts';
import type { Told } from './wire.ts';

/** Something that happened to the installation. */
export type TimelineEvent = Told<'TimelineEvent'>;

/** Something that will happen, unless something else comes before it. */
export type Upcoming = Told<'TimelineUpcoming'>;

export type TimelinePage = Page<TimelineEvent> & Pick<Told<'Timeline'>, 'upcoming' | 'ifUninstalled'>;

function readEvent(value: unknown): TimelineEvent {
  const event = fields<TimelineEvent>(value);
  return {
    id: text(event.id),
    at: moment(event.at),
    kind: text(event.kind),
    detail: nullable(event.detail, text),
  };
}

function readUpcoming(value: unknown): Upcoming {
  const upcoming = fields<Upcoming>(value);
  return { at: moment(upcoming.at), kind: text(upcoming.kind) };
}

export function readTimeline(body: unknown): TimelinePage {
  const { upcoming, ifUninstalled } = fields<Told<'Timeline'>>(body);
  return {
    ...readPage(body, 'events', readEvent),
    upcoming: list(upcoming).map(readUpcoming),
    ifUninstalled: list(ifUninstalled).map(readUpcoming),
  };
}

export function loadTimeline(cursor: string | null, token: string, stop: AbortSignal): Promise<TimelinePage> {
  return get(withQuery('/api/v1/timeline', { cursor }), token, readTimeline, stop);
}
