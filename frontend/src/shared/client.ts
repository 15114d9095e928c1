import { serviceBase, underBase } from './base.ts';
import { LoadError } from './failure.ts';
import { problemOf } from './problem.ts';

const ANSWER_WITHIN_MILLISECONDS = 20_000;

/** Asks the service for one JSON document and reads it. Throws a `LoadError`. */
export async function get<Value>(
  path: string,
  token: string,
  read: (body: unknown) => Value,
  stop: AbortSignal,
): Promise<Value> {
  const response = await send(underBase(serviceBase(), path), token, stop);
  if (!response.ok) {
    throw await problemOf(response);
  }
  return read(await response.json());
}

async function send(url: string, token: string, stop: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      headers: { Accept: 'application/json', Authorization: `JWT ${token}` },
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.any([stop, AbortSignal.timeout(ANSWER_WITHIN_MILLISECONDS)]),
    });
  } catch {
    throw new LoadError({ kind: 'network' });
  }
}
