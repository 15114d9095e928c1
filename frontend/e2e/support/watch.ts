import type { BrowserContext, ConsoleMessage } from '@playwright/test';

/** Said by Atlassian's own host code, whatever the app does. */
const OF_THE_HOST = [/^Connect GasV3 catch/, /\[ACJS\] Feature flag service is not initialised/];

/** What the browser itself says about an answer that a test asked for: a 403, a 503, no connection. */
const OF_FAILURES = /^Failed to load resource: /;

const VIOLATION = /Content Security Policy/i;

/** Everything that pages must not do, seen from the browser: in every frame, from the first byte on. */
export class Watch {
  readonly violations: string[] = [];
  readonly errors: string[] = [];
  readonly hosts = new Set<string>();
  readonly #expected: RegExp[] = [];

  static async over(context: BrowserContext): Promise<Watch> {
    const watch = new Watch();
    await context.exposeBinding('keptSawViolation', ({ frame }, what: string) => {
      watch.violations.push(`${frame.url()}: ${what}`);
    });
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const see = Reflect.get(window, 'keptSawViolation') as (what: string) => void;
        see(`${event.effectiveDirective} ${event.blockedURI}`);
      });
    });
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'data:' && url.protocol !== 'blob:' && url.protocol !== 'about:') {
        watch.hosts.add(url.host);
      }
    });
    context.on('response', (answer) => {
      // What a page is made of has to be there; a browser says of it what it says of every answer that a test asked to fail.
      if (new URL(answer.url()).pathname.includes('/assets/') && answer.status() >= 400) {
        watch.#hearError(`${answer.status()} ${answer.url()}`);
      }
    });
    context.on('console', (message) => watch.#hear(message));
    context.on('weberror', (error) => watch.#hearError(String(error.error())));
    return watch;
  }

  /** For tests that break something on purpose, which the browser tells on its console. */
  expectErrors(...said: readonly RegExp[]): void {
    this.#expected.push(...said);
  }

  #isExpected(text: string): boolean {
    return [...OF_THE_HOST, OF_FAILURES, ...this.#expected].some((known) => known.test(text));
  }

  #hearError(text: string): void {
    if (!this.#isExpected(text)) {
      this.errors.push(text);
    }
  }

  #hear(message: ConsoleMessage): void {
    const text = message.text();
    if (VIOLATION.test(text)) {
      this.violations.push(text);
    } else if (message.type() === 'error' && !this.#isExpected(text)) {
      this.errors.push(text);
    }
  }
}
