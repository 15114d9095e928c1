import { type Frame, type Page, test } from '@playwright/test';
import axe from 'axe-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The kind of note that the reporter prints a table of. */
export const AXE_NOTE = 'axe';

interface Finding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly string[];
}

/**
 * Looks at one document with axe. The script comes by the protocol of the browser's tools, so the page's policy needs no
 * exception for it.
 */
async function findingsIn(place: Page | Frame): Promise<readonly Finding[]> {
  await place.evaluate(axe.source);
  return place.evaluate(async (tags) => {
    const { run } = Reflect.get(window, 'axe') as typeof axe;
    const results = await run(document, { runOnly: tags, iframes: false, resultTypes: ['violations'] });
    return results.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`),
    }));
  }, TAGS);
}

/** Fails when axe finds anything, and notes the page and its state for the table. */
export async function checkWithAxe(place: Page | Frame, what: string): Promise<void> {
  const findings = await findingsIn(place);
  test.info().annotations.push({ type: AXE_NOTE, description: `${what}: ${findings.length} violations` });
  test.expect.soft(findings, `axe finds nothing on: ${what}`).toEqual([]);
}
