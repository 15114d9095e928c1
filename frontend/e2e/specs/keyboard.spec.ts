import { expect } from '@playwright/test';

import { test } from '../support/fixtures.ts';
import { tabTo } from '../support/keyboard.ts';
import { loaded } from '../support/look.ts';
import { linksOfNotice } from '../support/notice.ts';
import { fileReport } from '../support/report.ts';

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

test('an administrator says whom to tell, downloads, and asks for a deletion without ever touching the mouse', async ({
  page,
  world,
  open,
}) => {
  await world.sandbox.install();
  await world.sandbox.editIssues();
  const place = await open('kept-admin');
  const { frame } = place;
  await loaded(place);

  await tabTo(page, frame, 'button', /Enter an address/);
  await page.keyboard.press('Enter');
  await tabTo(page, frame, 'textbox', /^Address for notices/);
  await page.keyboard.type('privacy@example.com');
  await tabTo(page, frame, 'button', /Save settings/);
  await page.keyboard.press('Enter');
  await expect(frame.getByText('Your settings are saved.')).toBeVisible();

  const coming = page.waitForEvent('download');
  await tabTo(page, frame, 'button', /Download my data/);
  await page.keyboard.press('Enter');
  expect((await coming).suggestedFilename()).toMatch(/\.zip$/);

  await tabTo(page, frame, 'button', /^Delete data/);
  await page.keyboard.press('Enter');
  await expect(frame.getByRole('dialog')).toContainText('This goes, for everybody on the site');
  await tabTo(page, frame, 'textbox', /^Type .* to confirm$/);
  await page.keyboard.type(new URL(world.sandbox.url).host);
  await page.keyboard.press('Enter');
  await expect(frame.getByText('It becomes final on')).toBeVisible();
  await tabTo(page, frame, 'button', /Undo the deletion/);
  await page.keyboard.press('Enter');
  await expect(frame.getByRole('region', { name: 'Delete early' })).toContainText(/undone|stays/);
});

test('a reporter confirms, answers and deletes on the page of the report without ever touching the mouse', async ({
  page,
  world,
  open,
}) => {
  await world.sandbox.install();
  await fileReport((await open('kept-report')).frame, false);
  const mail = await world.sandbox.mail(/report|confirm/i);
  const [link] = /http:\/\/localhost:\d+\/status\/\S+/.exec(mail.text) ?? [];
  const frame = page.mainFrame();
  await page.goto(link ?? '');
  await tabTo(page, frame, 'button', /^Confirm my address/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'What you sent' })).toBeVisible();
  await tabTo(page, frame, 'textbox', /^Write to support/);
  await page.keyboard.type('It still happens.');
  await tabTo(page, frame, 'button', /^Send$/);
  await page.keyboard.press('Enter');
  await expect(page.getByText('It still happens.')).toBeVisible();
  await tabTo(page, frame, 'button', /^Delete everything now/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Delete everything now?' })).toBeVisible();
  await tabTo(page, frame, 'button', /^Delete everything now$/);
  await page.keyboard.press('Enter');
  await expect(page.getByText('It still happens.')).toHaveCount(0);
});

test('whoever got the notice after an uninstall decides without ever touching the mouse', async ({ page, world }) => {
  await world.sandbox.install();
  await world.sandbox.editIssues();
  const [, erase] = await linksOfNotice(world);
  const frame = page.mainFrame();
  await page.goto(erase ?? '');
  await tabTo(page, frame, 'button', /Delete all data/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'The data will be deleted' })).toBeVisible();
  await tabTo(page, frame, 'link', /Keep the data after all/);
  await page.keyboard.press('Enter');
  await tabTo(page, frame, 'button', /Keep the data/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'The data is kept' })).toBeVisible();
});
