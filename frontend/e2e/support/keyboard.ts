import type { Frame, Page } from '@playwright/test';

const PRESSES_MOST = 120;

/** Presses Tab until the focus is on what is looked for, as somebody does who has no mouse. */
export async function tabTo(page: Page, frame: Frame, role: string, name: RegExp): Promise<void> {
  for (let presses = 0; presses < PRESSES_MOST; presses += 1) {
    await page.keyboard.press('Tab');
    const [isIt] = await frame.getByRole(role as 'button', { name }).evaluateAll((all) => [
      all.some((one) => one === document.activeElement || one.contains(document.activeElement)),
    ]);
    if (isIt === true) {
      return;
    }
  }
  throw new Error(`The focus never came to the ${role} ${name}.`);
}
