import { expect, type Frame, type Page } from '@playwright/test';

const PRESSES_MOST = 120;

/** Presses Tab until the focus is on what is looked for, as somebody does who has no mouse. They wait until they see it. */
export async function tabTo(page: Page, frame: Frame, role: string, name: RegExp): Promise<void> {
  const wanted = frame.getByRole(role as 'button', { name });
  await expect(wanted.first()).toBeVisible();
  for (let presses = 0; presses < PRESSES_MOST; presses += 1) {
    await page.keyboard.press('Tab');
    const isIt = await wanted.evaluateAll((all) =>
      all.some((one) => one === document.activeElement || one.contains(document.activeElement)),
    );
    if (isIt) {
      return;
    }
  }
  throw new Error(`The focus never came to the ${role} ${name}.`);
}
