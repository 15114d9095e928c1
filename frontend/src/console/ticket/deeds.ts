import { send, segment } from '../api.ts';
import type { Told, Wire } from '../../shared/wire.ts';

/** What is done about a ticket. Each leaves a record with the customer. */
const of = (number: string, part: string) => `/tickets/${segment(number)}/${part}`;

export async function assign(number: string, assignee: string | null, stop: AbortSignal): Promise<void> {
  await send({ method: 'PUT', path: of(number, 'assignee'), body: { assignee } satisfies Wire<'AssigneeChange'> }, stop);
}

export async function prioritise(number: string, priority: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'PUT', path: of(number, 'priority'), body: { priority } satisfies Told<'PriorityChange'> }, stop);
}

export async function setPrivacy(number: string, isPrivacy: boolean, stop: AbortSignal): Promise<void> {
  await send({ method: 'PUT', path: of(number, 'privacy'), body: { isPrivacy } satisfies Wire<'PrivacyChange'> }, stop);
}

/** Out of the queue until then, or back into it. */
export async function snooze(number: string, until: string | null, stop: AbortSignal): Promise<void> {
  await send({ method: 'PUT', path: of(number, 'snooze'), body: { until } }, stop);
}

export async function setTags(number: string, tags: readonly string[], stop: AbortSignal): Promise<void> {
  await send({ method: 'PUT', path: of(number, 'tags'), body: { tags } satisfies Wire<'TagsChange'> }, stop);
}

export async function addNote(number: string, text: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'POST', path: of(number, 'notes'), body: { text } satisfies Wire<'Note'> }, stop);
}

/** What becomes of the ticket with the answer: nothing, it waits for the reporter, or it is solved. */
export type After = 'unchanged' | 'asked' | 'solved';

/** What is answered, and how much of the conversation whoever wrote it had read. */
export interface Reply {
  readonly text: string;
  readonly after: After;
  readonly seen: number;
  readonly toFollowers: boolean;
}

/** Refused if somebody has written meanwhile. */
export async function reply(number: string, { after, toFollowers, ...said }: Reply, stop: AbortSignal): Promise<void> {
  const body = after === 'unchanged' ? said : { ...said, after };
  await send({ method: 'POST', path: of(number, toFollowers ? 'followers/replies' : 'replies'), body }, stop);
}

export type Step = 'triage' | 'ask' | 'solve' | 'reopen' | 'close';

export async function move(number: string, step: Step, reason: string | null, stop: AbortSignal): Promise<void> {
  await send({ method: 'POST', path: of(number, 'state'), body: reason === null ? { step } : { step, reason } }, stop);
}

export async function merge(number: string, into: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'POST', path: of(number, 'merge'), body: { into } satisfies Wire<'MergeInto'> }, stop);
}

/** What whoever reports the same error is told, or nothing any more. */
export async function setKnown(number: string, text: string | null, stop: AbortSignal): Promise<void> {
  await send({ method: 'PUT', path: of(number, 'known'), body: { text } }, stop);
}

/** Where it is worked on in development, and in which version it is fixed. */
export async function setDevelopment(number: string, body: Wire<'DevelopmentChange'>, stop: AbortSignal): Promise<void> {
  await send({ method: 'PUT', path: of(number, 'development'), body }, stop);
}

/** It stands by itself again. */
export async function unmerge(number: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'DELETE', path: of(number, 'merge') }, stop);
}
