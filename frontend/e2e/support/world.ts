import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort, Program } from './program.ts';
import { Sandbox } from './sandbox.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The programs that `cargo test` has built; another folder can be named. */
const PROGRAMS = process.env['KEPT_PROGRAMS'] ?? join(ROOT, 'target/debug');

/** The app as the site knows it under Forge. */
const FORGE_APP_ID = 'ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107';

/** The service and a site, on ports of their own, with data in a folder of their own. */
export class World {
  readonly sandbox: Sandbox;
  readonly serviceUrl: string;
  readonly #site: Program;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #folder: string;
  #service: Program | null = null;

  private constructor(site: Program, sandbox: Sandbox, port: number, folder: string, smtpUrl: string) {
    this.#site = site;
    this.sandbox = sandbox;
    this.serviceUrl = `http://localhost:${port}`;
    this.#folder = folder;
    this.#environment = {
      KEPT_ENV: 'development',
      KEPT_LISTEN: `127.0.0.1:${port}`,
      KEPT_ADMIN_LISTEN: '127.0.0.1:0',
      KEPT_BASE_URL: this.serviceUrl,
      KEPT_APP_KEY: 'kept',
      KEPT_DATA_DIR: folder,
      KEPT_HOSTS: sandbox.url,
      KEPT_ALL_JS_URL: `${sandbox.url}/all.js`,
      KEPT_INSTALL_KEYS_URL: `${sandbox.url}/install-keys`,
      KEPT_FORGE_APP_ID: FORGE_APP_ID,
      KEPT_FORGE_JWKS_URL: `${sandbox.url}/.well-known/jwks.json`,
      KEPT_FORGE_API_HOSTS: sandbox.url,
      KEPT_FORGE_ACCOUNTS_URL: `${sandbox.url}/app/report-accounts/`,
      KEPT_SMTP_URL: smtpUrl,
      KEPT_MAIL_FROM: 'kept@example.com',
    };
  }

  static async start(): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'kept-browser-'));
    const port = await freePort();
    const args = ['--listen', '127.0.0.1:0', '--smtp', '127.0.0.1:0', '--app-url', `http://localhost:${port}`];
    const site = new Program(join(PROGRAMS, 'sandbox'), args, {}, folder);
    try {
      const [url, smtpUrl] = await site.until('The sandbox', (said) => {
        const address = /Jira\s+(http:\/\/\S+?)\/\n/.exec(said)?.[1];
        const mail = /Mail\s+(\S+)\n/.exec(said)?.[1];
        return address !== undefined && mail !== undefined ? [address, mail] as const : null;
      });
      const world = new World(site, new Sandbox(url), port, folder, smtpUrl);
      await world.startService();
      return world;
    } catch (error) {
      await site.stop();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Starts the service; also after it was stopped, with the data that it had, and at another time if one is named. */
  async startService(clock?: Date): Promise<void> {
    const environment = { ...this.#environment, ...(clock !== undefined && { KEPT_CLOCK: clock.toISOString() }) };
    // The folder of the policies is found from where the service is started.
    const service = new Program(join(PROGRAMS, 'kept'), ['serve'], environment, ROOT);
    this.#service = service;
    await service.until('The service', async () => {
      const answer = await fetch(`${this.serviceUrl}/readyz`).catch(() => null);
      return answer?.ok === true ? answer : null;
    });
  }

  async stopService(): Promise<void> {
    await this.#service?.stop();
  }

  /** Runs a command of an operator, and returns what it said. */
  async command(...args: readonly string[]): Promise<string> {
    const program = new Program(join(PROGRAMS, 'kept'), args, this.#environment, ROOT);
    await program.finish();
    return program.said;
  }

  /** Asks the service what a page of the app asks it. */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.serviceUrl}${path}`, {
      method,
      headers: { authorization: `JWT ${await this.sandbox.token()}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    }
    return answer.json();
  }

  /** What the service said last. */
  get said(): string {
    return this.#service?.said ?? '';
  }

  async stop(): Promise<void> {
    await this.stopService();
    await this.#site.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
