import { expect, type Frame } from '@playwright/test';

export const DESCRIPTION = 'The export of project Bluebird hangs.\nMail me at ada@example.com or call +49 30 1234567.';

export async function askToSee(frame: Frame): Promise<void> {
  await frame.getByRole('button', { name: 'See what will be sent' }).click();
  await expect(frame.getByRole('heading', { name: 'What will be sent' })).toBeVisible();
}

/** Selects a text of the preview, as somebody does who drags the mouse over it. */
export async function selectText(frame: Frame, text: string): Promise<void> {
  await frame.evaluate((wanted) => {
    const cards = document.querySelector('.cards');
    const walker = cards && document.createTreeWalker(cards, NodeFilter.SHOW_TEXT);
    for (let node = walker?.nextNode(); node; node = walker?.nextNode()) {
      const at = (node as Text).data.indexOf(wanted);
      if (at >= 0) {
        getSelection()?.setBaseAndExtent(node, at, node, at + wanted.length);
        return;
      }
    }
  }, text);
}
