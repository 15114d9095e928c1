import { get } from './client.ts';
import { fields, moment, orNull, text } from './read.ts';

/** What the service knows about the installation that the page is open for. */
export interface Session {
  readonly state: string;
  readonly accountId: string | null;
  readonly product: string;
  readonly appKey: string;
  readonly site: string;
  readonly since: string;
  readonly dueAt: string | null;
  readonly reason: string | null;
}

export function readSession(body: unknown): Session {
  const session = fields(body);
  return {
    state: text(session.state),
    accountId: orNull(session.accountId, text),
    product: text(session.product),
    appKey: text(session.appKey),
    site: text(session.site),
    since: moment(session.since),
    dueAt: orNull(session.dueAt, moment),
    reason: orNull(session.reason, text),
  };
}

export function loadSession(token: string, stop: AbortSignal): Promise<Session> {
  return get('/api/v1/session', token, readSession, stop);
}
