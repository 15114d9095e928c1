import { host } from '#host';

import { ANSWER_WITHIN_MILLISECONDS, lostConnection } from './failure.ts';
import { problemOf } from './problem.ts';

export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  /** What is sent, as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** For calls that carry files, which take their time on a slow line. */
  readonly withinMilliseconds?: number;
}

/** Asks the service for one JSON document and reads it. Throws a `LoadError`. */
export function get<Value>(
  path: string,
  token: string,
  read: (body: unknown) => Value,
  stop: AbortSignal,
): Promise<Value> {
  return ask({ method: 'GET', path }, token, read, stop);
}

/** Sends one call and reads the JSON of its answer. Throws a `LoadError`. */
export async function ask<Value>(
  call: Call,
  token: string,
  read: (body: unknown) => Value,
  stop: AbortSignal,
): Promise<Value> {
  const response = await send(call, token, 'application/json', withDeadline(call, stop));
  return read(JSON.parse(await bodyText(response)));
}

/** Sends one call whose answer has no body. Throws a `LoadError`. */
export async function tell(call: Call, token: string, stop: AbortSignal): Promise<void> {
  await send(call, token, 'application/json', withDeadline(call, stop));
}

/** Sends one call. Whatever is not a success is thrown as a `LoadError`. */
export async function send(call: Call, token: string, accept: string, stop: AbortSignal): Promise<Response> {
  const hasBody = call.body !== undefined;
  const { method, path, body } = call;
  const headers = { Accept: accept, ...(hasBody && { 'Content-Type': 'application/json' }), ...call.headers };
  const response = await host.send({ method, path, headers, body }, token, stop);
  if (!response.ok) {
    throw await problemOf(response);
  }
  return response;
}

function withDeadline(call: Call, stop: AbortSignal): AbortSignal {
  return AbortSignal.any([stop, AbortSignal.timeout(call.withinMilliseconds ?? ANSWER_WITHIN_MILLISECONDS)]);
}

/** An answer that breaks off is a matter of the connection, and not of what was sent. */
function bodyText(response: Response): Promise<string> {
  return response.text().catch(lostConnection);
}
