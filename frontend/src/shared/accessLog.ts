import { get } from './client.ts';
import { type Page, withQuery } from './page.ts';
import { fields, list, moment, orNull, text } from './read.ts';

/** Something that somebody at the vendor did about this site. */
export interface Access {
  readonly sequence: string;
  readonly at: string;
  readonly kind: string;
  readonly who: string | null;
  readonly role: string | null;
  /** The number of the report. */
  readonly ticket: string | null;
  readonly reason: string | null;
  readonly about: string | null;
}

function readAccess(value: unknown): Access {
  const access = fields(value);
  return {
    sequence: text(access.sequence),
    at: moment(access.at),
    kind: text(access.kind),
    who: orNull(access.who, text),
    role: orNull(access.role, text),
    ticket: orNull(access.ticket, text),
    reason: orNull(access.reason, text),
    about: orNull(access.about, text),
  };
}

export function readAccessLog(body: unknown): Page<Access> {
  const page = fields(body);
  return { items: list(page.items).map(readAccess), next: orNull(page.nextCursor, text) };
}

export function loadAccessLog(cursor: string | null, token: string, stop: AbortSignal): Promise<Page<Access>> {
  return get(withQuery('/api/v1/access-log', { cursor }), token, readAccessLog, stop);
}
