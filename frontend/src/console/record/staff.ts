import { fields, list, moment, nullable, text } from '../../shared/read.ts';
import { ask, segment, send } from '../api.ts';

export interface Person {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly contractUntil: string | null;
  readonly lastUsedAt: string;
}

function readPerson(value: unknown): Person {
  const person = fields(value);
  return {
    name: text(person.name),
    role: text(person.role),
    state: text(person.state),
    contractUntil: nullable(person.contractUntil, moment),
    lastUsedAt: moment(person.lastUsedAt),
  };
}

export function loadStaff(stop: AbortSignal): Promise<readonly Person[]> {
  return ask({ method: 'GET', path: '/staff' }, (body) => list(fields(body).items).map(readPerson), stop);
}

export async function disable(name: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'POST', path: `/staff/${segment(name)}/disable` }, stop);
}

export async function endSessions(name: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'DELETE', path: `/staff/${segment(name)}/sessions` }, stop);
}
