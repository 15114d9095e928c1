import { expect, type Frame } from '@playwright/test';

export const DESCRIPTION = 'The export of project Bluebird hangs.\nMail me at ada@example.com or call +49 30 1234567.';

export async function askToSee(frame: Frame): Promise<void> {
  await frame.getByRole('button', { name: 'See what will be sent' }).click();
  await expect(frame.getByRole('heading', { name: 'What will be sent' })).toBeVisible();
}

/** The whole way of a report, as quick as can be. */
export async function fileReport(frame: Frame, forAdministrators: boolean): Promise<void> {
  await frame.getByLabel('Description').fill(DESCRIPTION);
  await askToSee(frame);
  await frame.getByLabel('Your mail address').fill('max.sample@example.com');
  if (forAdministrators) {
    await frame.getByText('Administrators of my site may read this report').click();
  }
  await frame.getByRole('button', { name: 'Send report' }).click();
  await expect(frame.getByText('Your report has arrived.')).toBeVisible();
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
