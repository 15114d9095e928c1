import { get } from './client.ts';
import { fields, moment, oneOf, orNull, text } from './read.ts';
import type { Told, Wire } from './wire.ts';

const CONTACT_STATES = ['missing', 'set', 'undeliverable'] as const satisfies readonly ContactState[];

/** Whether notices about the data of the site have an address to go to. */
export type ContactState = Wire<'ContactState'>;

export const readContactState = oneOf(CONTACT_STATES);

/** What the service knows about the installation that the page is open for. */
export type Session = Omit<Told<'Session'>, 'publicUrl'> & {
  readonly product: string;
  readonly site: string;
  readonly contactState: ContactState;
  /** Where the data of the site is kept, in each language. */
  readonly location: { readonly en: string; readonly de: string };
};

function readLocation(value: unknown): Session['location'] {
  const location = fields<Session['location']>(value);
  return { en: text(location.en), de: text(location.de) };
}

export function readSession(body: unknown): Session {
  const session = fields<Session>(body);
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
    location: readLocation(session.location),
  };
}

export function loadSession(token: string, stop: AbortSignal): Promise<Session> {
  return get('/api/v1/session', token, readSession, stop);
}
