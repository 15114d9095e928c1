import { expect, type Frame } from '@playwright/test';

const TERMS = 'Bluebird\nProject Zebra';
const TRIED = 'Bluebird hangs';

/** Writes into the rules for reports, and saves nothing. */
export async function writeRules(frame: Frame): Promise<void> {
  await frame.getByLabel('Terms to mask').fill(TERMS);
  await frame.getByLabel('Try it').fill(TRIED);
}

export async function expectRules(frame: Frame): Promise<void> {
  await expect(frame.getByLabel('Terms to mask')).toHaveValue(TERMS);
  await expect(frame.getByLabel('Try it')).toHaveValue(TRIED);
}
