import { fields, list, moment, text } from '../shared/read.ts';
import { ask, send } from './api.ts';
import type { Told, Wire } from '../shared/wire.ts';

/** What the service calls what somebody may do. */
export type Permission = Wire<'Permission'>;

/** Who is signed in. */
export type Session = Told<'StaffSession'>;

export type Credentials = Wire<'Credentials'>;

export function readSession(body: unknown): Session {
  const session = fields<Session>(body);
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
