import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const ENDS_WITHIN_MILLISECONDS = 15_000;
const STARTS_WITHIN_MILLISECONDS = 60_000;
const LAST_LETTERS = 4_000;

/** A program that a test has started, and ends by its own process id. */
export class Program {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #said = '';

  constructor(path: string, args: readonly string[], env: Readonly<Record<string, string>>, cwd: string) {
    this.#child = spawn(path, args, { cwd, env: { ...env, PATH: process.env['PATH'] ?? '' }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said = (this.#said + text).slice(-64 * 1024);
      });
    }
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.once('error', () => resolve());
    });
  }

  /** The last that it said, for whoever looks for the reason of a failure. */
  get said(): string {
    return this.#said.slice(-LAST_LETTERS);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined;
  }

  /** Asks again and again until there is an answer. */
  async until<Value>(what: string, look: (said: string) => Promise<Value | null> | Value | null): Promise<Value> {
    const deadline = Date.now() + STARTS_WITHIN_MILLISECONDS;
    while (Date.now() < deadline && !this.hasEnded) {
      const found = await look(this.#said);
      if (found !== null) {
        return found;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${what} did not come up. Its last words:\n${this.said}`);
  }

  /** Waits until it ends by itself, and fails unless it ends well. */
  async finish(): Promise<void> {
    await this.#ended;
    if (this.#child.exitCode !== 0) {
      throw new Error(`A command failed:\n${this.said}`);
    }
  }

  /** Asks it to end, and insists when it does not. */
  async stop(): Promise<void> {
    if (!this.hasEnded) {
      this.#child.kill('SIGINT');
      const insist = setTimeout(() => this.#child.kill('SIGKILL'), ENDS_WITHIN_MILLISECONDS);
      await this.#ended;
      clearTimeout(insist);
    }
  }
}

/** Below those that the system gives to connections, so none of them takes it while a service is away. */
const PORTS_FROM = 20_000;
const PORTS = 10_000;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A port of this machine that nobody listens on. By chance, since other tests look for theirs at the same time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS_FROM + randomInt(PORTS);
    if (await isFree(port)) {
      return port;
    }
  }
}
