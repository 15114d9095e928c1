export type Product = 'jira' | 'confluence';

export interface Mail {
  readonly subject: string;
  readonly text: string;
}

/** What the site can be told to do, without its page. */
export class Sandbox {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Where a page of the app opens. */
  module(key: string, product: Product = 'jira'): string {
    return `${this.url}${product === 'jira' ? '/' : '/wiki'}#/module/${key}`;
  }

  async do(action: string, body: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const answer = await fetch(`${this.url}/sandbox/api/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ site: 'jira', ...body }),
    });
    const outcome: unknown = await answer.json();
    const isGood = typeof outcome === 'object' && outcome !== null && 'ok' in outcome && outcome.ok === true;
    if (!isGood) {
      throw new Error(`${action}: ${JSON.stringify(outcome)}`);
    }
  }

  async install(product: Product = 'jira'): Promise<void> {
    await this.do('install', { site: product });
  }

  /** Installs the app through Forge alone. */
  async installOnForge(product: Product = 'jira'): Promise<void> {
    await this.do('forge/install', { site: product });
  }

  /** Where a page of the app opens as Forge shows it. */
  forgePage(page: 'kept-admin' | 'kept-report', product: Product = 'jira'): string {
    return `${this.url}${product === 'jira' ? '/' : '/wiki'}#/forge/${page}-${product}`;
  }

  async become(who: 'admin' | 'member' | 'anonymous'): Promise<void> {
    await this.do('user', { who });
  }

  /** Two issues that the app hears of, so that there is something to show. */
  async editIssues(): Promise<void> {
    await this.do('issue', { key: 'DEMO-1', summary: 'The export hangs' });
    await this.do('issue', { key: 'DEMO-2', summary: 'A second one' });
  }

  /** A token as a page of the app gets it. */
  async token(): Promise<string> {
    const answer = await fetch(`${this.url}/sandbox/api/context?site=jira`);
    const { token } = (await answer.json()) as { readonly token: string };
    return token;
  }

  async mails(): Promise<readonly Mail[]> {
    const answer = await fetch(`${this.url}/sandbox/api/state`);
    const state = (await answer.json()) as { readonly mails: readonly Mail[] };
    return state.mails;
  }

  /** Waits for a mail with this in its subject. */
  async mail(subject: RegExp): Promise<Mail> {
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline) {
      const found = (await this.mails()).find((mail) => subject.test(mail.subject));
      if (found !== undefined) {
        return found;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`No mail like ${subject} came: ${JSON.stringify((await this.mails()).map((mail) => mail.subject))}`);
  }
}
