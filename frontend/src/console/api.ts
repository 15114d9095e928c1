import { serviceBase, underBase } from '../shared/base.ts';
import { ANSWER_WITHIN_MILLISECONDS, lostConnection } from '../shared/failure.ts';
import { problemOf } from '../shared/problem.ts';

const API = '/console/api/v1';

export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Under the API of the console. */
  readonly path: string;
  /** What is sent, as JSON. */
  readonly body?: unknown;
  /** What a request is known by that makes something: the same one once more makes nothing else. */
  readonly key?: string;
  /** For files, which take their time on a slow line. */
  readonly withinMilliseconds?: number;
}

/**
 * Sends one call with the session of whoever is signed in. The header says that the console's own page sends it, which no
 * other site can. Whatever is not a success is thrown as a `LoadError`.
 */
export async function send(call: Call, stop: AbortSignal): Promise<Response> {
  const hasBody = call.body !== undefined;
  const deadline = AbortSignal.timeout(call.withinMilliseconds ?? ANSWER_WITHIN_MILLISECONDS);
  const response = await fetch(underBase(serviceBase(), `${API}${call.path}`), {
    method: call.method,
    headers: {
      Accept: 'application/json',
      'x-kept-console': '1',
      ...(hasBody && { 'Content-Type': 'application/json' }),
      ...(call.key !== undefined && { 'Idempotency-Key': call.key }),
    },
    body: hasBody ? JSON.stringify(call.body) : null,
    cache: 'no-store',
    credentials: 'same-origin',
    redirect: 'error',
    signal: AbortSignal.any([stop, deadline]),
  }).catch(lostConnection);
  if (!response.ok) {
    throw await problemOf(response);
  }
  return response;
}

/** Sends one call and reads the JSON of its answer. Throws a `LoadError`. */
export async function ask<Value>(call: Call, read: (body: unknown) => Value, stop: AbortSignal): Promise<Value> {
  const response = await send(call, stop);
  return read(JSON.parse(await response.text().catch(lostConnection)));
}

/** One segment of a path. */
export function segment(text: string): string {
  return encodeURIComponent(text);
}
