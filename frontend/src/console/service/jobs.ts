import { count, fields, list, moment, nullable, text } from '../../shared/read.ts';
import { ask, segment, send } from '../api.ts';
import type { Told } from '../../shared/wire.ts';

export type Job = Omit<Told<'Job'>, 'discriminator'>;

export interface Jobs extends Pick<Told<'Jobs'>, 'counts'> {
  readonly running: readonly Job[];
  readonly dead: readonly Job[];
  readonly queued: readonly Job[];
}

function readJob(value: unknown): Job {
  const job = fields<Job>(value);
  return {
    id: text(job.id),
    kind: text(job.kind),
    isHeld: job.isHeld === true,
    tenant: nullable(job.tenant, text),
    runAt: moment(job.runAt),
    leaseUntil: nullable(job.leaseUntil, moment),
    attempts: count(job.attempts),
    lastError: nullable(job.lastError, text),
    createdAt: moment(job.createdAt),
  };
}

export function readJobs(body: unknown): Jobs {
  const jobs = fields<Told<'Jobs'>>(body);
  const { queued, due, running, dead } = fields<Told<'JobCounts'>>(jobs.counts);
  return {
    counts: { queued: count(queued), due: count(due), running: count(running), dead: count(dead) },
    running: list(jobs.running).map(readJob),
    dead: list(jobs.dead).map(readJob),
    queued: list(jobs.queued).map(readJob),
  };
}

export function loadJobs(stop: AbortSignal): Promise<Jobs> {
  return ask({ method: 'GET', path: '/jobs' }, readJobs, stop);
}

export async function retry(id: string, stop: AbortSignal): Promise<void> {
  await send({ method: 'POST', path: `/jobs/${segment(id)}/retry` }, stop);
}
