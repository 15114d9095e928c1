import { LoadError } from './failure.ts';

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The seconds of a `Retry-After` header, which holds either seconds or a date. */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  if (header === null || header.trim() === '') {
    return null;
  }
  if (/^\d+$/.test(header.trim())) {
    return Number(header.trim());
  }
  const until = Date.parse(header);
  return Number.isNaN(until) ? null : Math.max(0, Math.ceil((until - now) / 1000));
}

/** Turns a refusal into an error. A proxy in between may answer with something that is no problem document. */
export async function problemOf(response: Response): Promise<LoadError> {
  const body: unknown = await response.json().catch(() => null);
  const problem = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return new LoadError({
    kind: 'refused',
    status: response.status,
    code: textOrNull(problem.code),
    title: textOrNull(problem.title),
    detail: textOrNull(problem.detail),
    requestId: textOrNull(problem.requestId),
    retryAfterSeconds: retryAfterSeconds(response.headers.get('Retry-After'), Date.now()),
  });
}
