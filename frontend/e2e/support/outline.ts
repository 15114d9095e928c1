import type { Locator } from '@playwright/test';

/** What somebody finds their way by who does not see the page. Texts are the matter of other tests. */
const ROLES = new Set(
  ('main banner navigation region form search contentinfo complementary dialog heading link button textbox searchbox ' +
    'combobox checkbox radio radiogroup group table columnheader').split(' '),
);

/** What is different with each run: numbers of reports, dates, counts, places. */
const CHANGING = /[0-9A-Z]{4}-[0-9A-Z]{4}|\d+/g;

/** One line of Playwright's own form: how deep, the role, the name if there is one, and marks such as the level of a heading. */
const LINE = /^( *)- '?(\w+)( "(?:[^"\\]|\\.)*")?((?: \[[^\]]*\])*)/;

function outlined(line: string): string | null {
  const [, depth = '', role = '', name = '', marks = ''] = LINE.exec(line) ?? [];
  const isFound = ROLES.has(role) && (role !== 'group' || name !== '');
  return isFound ? `${depth}${role}${name.replaceAll(CHANGING, '#')}${marks}` : null;
}

/**
 * The landmarks, headings, fields and buttons of a part, in their order, one a line: the same on every machine, which the
 * letters of a picture are not.
 */
export async function outline(part: Locator): Promise<string> {
  const lines = (await part.ariaSnapshot()).split('\n').map(outlined);
  return `${lines.filter((line) => line !== null).join('\n')}\n`;
}
