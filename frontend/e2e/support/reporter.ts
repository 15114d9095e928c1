import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** Notes of the tests that are printed at the end, by their kind. */
const TITLES: Readonly<Record<string, string>> = {
  axe: 'axe, by page and state',
  hosts: 'Hosts that the pages asked, over all tests',
  measured: 'Measured',
  pictures: 'Pictures of the pages, beside those that are kept',
};

/** Prints what the tests noted, and a closing line. */
export default class Notes implements Reporter {
  readonly #notes = new Map<string, Set<string>>();
  readonly #outcomes = new Map<string, boolean>();

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status !== 'skipped') {
      this.#outcomes.set(test.title, test.ok());
    }
    for (const { type, description } of result.annotations) {
      const notes = this.#notes.get(type) ?? new Set();
      this.#notes.set(type, notes.add(description ?? ''));
    }
  }

  onEnd(result: FullResult): void {
    for (const [type, title] of Object.entries(TITLES)) {
      const notes = [...(this.#notes.get(type) ?? [])];
      console.log(`\n${title} (${notes.length}):\n${notes.map((note) => `  ${note}`).join('\n')}`);
    }
    const failed = [...this.#outcomes].filter(([, isGood]) => !isGood).map(([title]) => title);
    console.log(['', ...failed.map((title) => `browser test failed: ${title}`)].join('\n'));
    console.log(`browser tests: ${this.#outcomes.size - failed.length} passed, ${failed.length} failed (${result.status})`);
  }

  printsToStdio(): boolean {
    return true;
  }
}
