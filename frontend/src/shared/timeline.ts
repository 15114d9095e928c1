import { get } from './client.ts';
import { type Page, readPage, withQuery } from './page.ts';
import { fields, list, moment, nullable, text } from './read.ts';

/** Something that happened to the installation. */
export interface TimelineEvent {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly detail: string | null;
}

/** Something that will happen, unless something else comes before it. */
export interface Upcoming {
  readonly at: string;
  readonly kind: string;
}

export interface TimelinePage extends Page<TimelineEvent> {
  readonly upcoming: readonly Upcoming[];
  /** What would happen if the app were uninstalled now. */
  readonly ifUninstalled: readonly Upcoming[];
}

function readEvent(value: unknown): TimelineEvent {
  const event = fields(value);
  return {
    id: text(event.id),
    at: moment(event.at),
    kind: text(event.kind),
    detail: nullable(event.detail, text),
  };
}

function readUpcoming(value: unknown): Upcoming {
  const upcoming = fields(value);
  return { at: moment(upcoming.at), kind: text(upcoming.kind) };
}

export function readTimeline(body: unknown): TimelinePage {
  const { upcoming, ifUninstalled } = fields(body);
  return {
    ...readPage(body, 'events', readEvent),
    upcoming: list(upcoming).map(readUpcoming),
    ifUninstalled: list(ifUninstalled).map(readUpcoming),
  };
}

export function loadTimeline(cursor: string | null, token: string, stop: AbortSignal): Promise<TimelinePage> {
  return get(withQuery('/api/v1/timeline', { cursor }), token, readTimeline, stop);
}
