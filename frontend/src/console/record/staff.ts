import { fields, list, moment, nullable, text } from '../../shared/read.ts';
import { ask, segment, send } from '../api.ts';
import type { Told } from '../../shared/wire.ts';

export type Person = Told<'StaffAccount'>;

function readPerson(value: unknown): Person {
  const person = fields<Person>(value);
  return {
    name: text(person.name),
    role: text(person.role),
    state: text(person.state),
    contractUntil: nullable(person.contractUntil, moment),
    lastUsedAt: moment(person.lastUsedAt),
  };
}

export function loadStaff(stop: AbortSignal): Promise<readonly Person[]> {
  return ask({ method: 'GET', path: '/staff' }, (body) => list(fields<Told<'StaffAccounts'>>(body).items).map(readPerson), stop);
}

export async function disable(name: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'POST', path: `/staff/${segment(name)}/disable` }, stop);
}

export async function endSessions(name: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'DELETE', path: `/staff/${segment(name)}/sessions` }, stop);
}
