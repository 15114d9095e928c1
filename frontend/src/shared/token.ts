import { failureOf, isRefusedAs, LoadError } from './failure.ts';
import { atlassianHost } from './host.ts';

const ANSWER_WITHIN_MILLISECONDS = 10_000;

/** A fresh token that says which site and which user the page is open for. The product makes and signs it. */
export function contextToken(): Promise<string> {
  return new Promise((resolve, reject) => {
    const context = atlassianHost()?.context;
    if (!context) {
      reject(new LoadError({ kind: 'no-host' }));
      return;
    }
    // The product does not report that it cannot answer; it is just silent.
    const timer = window.setTimeout(() => reject(new LoadError({ kind: 'no-host' })), ANSWER_WITHIN_MILLISECONDS);
    context.getToken((token) => {
      window.clearTimeout(timer);
      resolve(token);
    });
  });
}

/**
 * Sends a request with a token. A page that slept may be handed one that has expired meanwhile: then the request is sent
 * once more, with the next one.
 */
export async function withToken<Value>(request: (token: string) => Promise<Value>): Promise<Value> {
  const token = await contextToken();
  try {
    return await request(token);
  } catch (thrown) {
    if (!isRefusedAs(failureOf(thrown), 'unauthenticated')) {
      throw thrown;
    }
    const next = await contextToken();
    if (next === token) {
      throw thrown;
    }
    return request(next);
  }
}
