import { get } from './client.ts';
import { type Page, withQuery } from './page.ts';
import { fields, list, moment, orNull, text } from './read.ts';
import type { Told, WithNull } from './wire.ts';

/** Something that somebody at the vendor did about this site. */
export type Access = WithNull<Told<'AuditEntry'>>;

function readAccess(value: unknown): Access {
  const access = fields<Told<'AuditEntry'>>(value);
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
  const page = fields<Told<'AccessLog'>>(body);
  return { items: list(page.items).map(readAccess), next: orNull(page.nextCursor, text) };
}

/** Every entry, the newest first. */
export async function loadWholeAccessLog(token: string, stop: AbortSignal): Promise<readonly Access[]> {
  const all: Access[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page<Access> = await loadAccessLog(cursor, token, stop);
    all.push(...page.items);
    cursor = page.next;
    if (cursor === null) {
      return all;
    }
  }
}

export function loadAccessLog(cursor: string | null, token: string, stop: AbortSignal): Promise<Page<Access>> {
  return get(withQuery('/api/v1/access-log', { cursor }), token, readAccessLog, stop);
}
