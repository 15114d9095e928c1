import { get } from './client.ts';
import { fields, moment, oneOf, orNull, text } from './read.ts';

const CONTACT_STATES = ['missing', 'set', 'undeliverable'] as const;

/** Whether notices about the data of the site have an address to go to. */
export type ContactState = (typeof CONTACT_STATES)[number];

export const readContactState = oneOf(CONTACT_STATES);

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
  readonly contactState: ContactState;
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
    contactState: readContactState(session.contactState),
  };
}

export function loadSession(token: string, stop: AbortSignal): Promise<Session> {
  return get('/api/v1/session', token, readSession, stop);
}
