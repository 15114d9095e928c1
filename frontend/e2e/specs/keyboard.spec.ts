import { expect } from '@playwright/test';

import { test } from '../support/fixtures.ts';
import { tabTo } from '../support/keyboard.ts';

test('a report is filed without ever touching the mouse', async ({ page, world, open }) => {
  await world.sandbox.install();
  await world.sandbox.become('member');
  const { frame } = await open('kept-report');
  await expect(frame.getByLabel('Description')).toBeVisible();

  await tabTo(page, frame, 'textbox', /^Description/);
  await page.keyboard.type('The export hangs, and nobody knows why.');
  await tabTo(page, frame, 'radio', /./);
  await page.keyboard.press('ArrowDown');
  await tabTo(page, frame, 'button', /See what will be sent/);
  await page.keyboard.press('Enter');
  await expect(frame.getByRole('heading', { name: 'What will be sent' })).toBeVisible();
  await expect(frame.getByRole('region', { name: 'What will be sent' })).toBeFocused();

  await tabTo(page, frame, 'textbox', /^Mask more/);
  await page.keyboard.type('export');
  await page.keyboard.press('Enter');
  await expect(frame.getByRole('button', { name: 'Show again: export' })).toBeVisible();

  await tabTo(page, frame, 'textbox', /^Your mail address/);
  await page.keyboard.type('max.sample@example.com');
  await tabTo(page, frame, 'button', /Send report/);
  await page.keyboard.press('Enter');
  await expect(frame.getByText('Your report has arrived.')).toBeVisible();
  await expect(frame.getByRole('region', { name: /^Your number/ })).toBeFocused();
});
