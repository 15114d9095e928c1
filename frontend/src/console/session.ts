import { fields, list, moment, text } from '../shared/read.ts';
import { ask, send } from './api.ts';

/** What the service calls what somebody may do. */
export type Permission =
  | 'staff: queue'
  | 'staff: ticket'
  | 'staff: bundle'
  | 'staff: triage'
  | 'staff: replies'
  | 'staff: write replies'
  | 'staff: downloads'
  | 'staff: audit'
  | 'staff: reviews'
  | 'staff: review'
  | 'staff: accounts'
  | 'staff: manage accounts'
  | 'staff: tenants'
  | 'staff: jobs'
  | 'staff: retry jobs';

/** Who is signed in. */
export interface Session {
  readonly name: string;
  readonly role: string;
  readonly permissions: readonly string[];
  /** When it ends, however much it is used. */
  readonly until: string;
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly code: string;
  /** In the place of a password that was given. */
  readonly newPassword?: string;
}

export function readSession(body: unknown): Session {
  const session = fields(body);
  return {
    name: text(session.name),
    role: text(session.role),
    permissions: list(session.permissions).map(text),
    until: moment(session.until),
  };
}

export function loadSession(stop: AbortSignal): Promise<Session> {
  return ask({ method: 'GET', path: '/session' }, readSession, stop);
}

export function signIn(credentials: Credentials, stop: AbortSignal): Promise<Session> {
  return ask({ method: 'POST', path: '/session', body: credentials }, readSession, stop);
}

export async function signOut(stop: AbortSignal): Promise<void> {
  await send({ method: 'DELETE', path: '/session' }, stop);
}
