import { count, fields, list, moment, nullable, text } from '../../shared/read.ts';
import { ask, segment, send } from '../api.ts';

export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly isHeld: boolean;
  readonly tenant: string | null;
  readonly runAt: string;
  readonly leaseUntil: string | null;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly createdAt: string;
}

export interface Jobs {
  readonly counts: { readonly queued: number; readonly due: number; readonly running: number; readonly dead: number };
  readonly running: readonly Job[];
  readonly dead: readonly Job[];
  readonly queued: readonly Job[];
}

function readJob(value: unknown): Job {
  const job = fields(value);
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
  const jobs = fields(body);
  const { queued, due, running, dead } = fields(jobs.counts);
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
