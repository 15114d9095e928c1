import { host } from '#host';

import { failureOf, isRefusedAs } from './failure.ts';

/**
 * Sends a request with a token. A page that slept may be handed one that has expired meanwhile: then the request is sent
 * once more, with the next one.
 */
export async function withToken<Value>(request: (token: string) => Promise<Value>): Promise<Value> {
  const token = await host.token();
  try {
    return await request(token);
  } catch (thrown) {
    if (!isRefusedAs(failureOf(thrown), 'unauthenticated')) {
      throw thrown;
    }
    const next = await host.token();
    if (next === token) {
      throw thrown;
    }
    return request(next);
  }
}
