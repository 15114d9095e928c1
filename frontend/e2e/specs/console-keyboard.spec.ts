import { expect, type Locator, type PlaywrightTestArgs } from '@playwright/test';

import { type Fixtures, test } from '../support/fixtures.ts';
import { tabTo } from '../support/keyboard.ts';
import { fileReport } from '../support/report.ts';
import { Person } from '../support/staff.ts';

test('a report is filed, triaged and answered without ever touching the mouse', async ({ page, world, open }) => {
  await world.sandbox.install();
  await world.sandbox.become('member');
  const { frame } = await open('kept-report');
  await tabTo(page, frame, 'textbox', /^Description/);
  await page.keyboard.type('The export hangs, and nobody knows why.');
  await tabTo(page, frame, 'button', /See what will be sent/);
  await page.keyboard.press('Enter');
  await expect(frame.getByRole('heading', { name: 'What will be sent' })).toBeVisible();
  await tabTo(page, frame, 'textbox', /^Your mail address/);
  await page.keyboard.type('max.sample@example.com');
  await tabTo(page, frame, 'button', /Send report/);
  await page.keyboard.press('Enter');
  await expect(frame.getByText('Your report has arrived.')).toBeVisible();

  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console`);
  await mara.signInAnew(page);
  const row = page.getByRole('rowheader').getByRole('link');
  await expect(row).toHaveCount(1);
  const number = await row.innerText();

  // Takes it.
  await page.keyboard.press('j');
  await expect(row).toBeFocused();
  await page.keyboard.press('a');
  await expect(page.getByText(`${number} is assigned to you.`)).toBeVisible();
  await expect(row).toBeFocused();

  // Looks into it, with a reason.
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Conversation' })).toBeVisible();
  await tabTo(page, page.mainFrame(), 'button', /Look into the bundle/);
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Reason')).toBeFocused();
  await page.keyboard.type('to see what hangs');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The export hangs, and nobody knows why.').first()).toBeVisible();

  // Answers it.
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Conversation' })).toBeVisible();
  await tabTo(page, page.mainFrame(), 'textbox', /^Answer/);
  await page.keyboard.type('Which browser is it?');
  await tabTo(page, page.mainFrame(), 'button', /Send answer/);
  await page.keyboard.press('Enter');
  await expect(page.getByText('The answer is sent.')).toBeVisible();
  await expect(page.getByText('Waiting for reporter').first()).toBeVisible();

  // Closes it from the list, with a reason.
  await page.keyboard.press('u');
  await expect(row).toHaveCount(1);
  await page.keyboard.press('j');
  await page.keyboard.press('c');
  await expect(page.getByLabel('Reason')).toBeFocused();
  await page.keyboard.type('it was the proxy');
  await page.keyboard.press('Enter');
  await expect(page.getByText(`${number} is closed.`)).toBeVisible();
  await expect(page.getByText('No tickets here')).toBeVisible();

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Search' })).toBeFocused();
  await page.keyboard.type(number.toLowerCase());
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/console/tickets/${number}$`));
});

/** Somebody who is signed in, at a ticket, and has half written a note. */
async function halfWritten({ page, world, open }: Pick<PlaywrightTestArgs & Fixtures, 'page' | 'world' | 'open'>): Promise<readonly [Person, Locator]> {
  await world.sandbox.install();
  const { frame } = await open('kept-report');
  await fileReport(frame, false);
  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console`);
  await mara.signInAnew(page);
  await page.getByRole('rowheader').getByRole('link').click();
  const note = page.getByRole('textbox', { name: 'Internal note' });
  await note.fill('half a note');
  return [mara, note];
}

test('a session that ends leaves the place and what was written', async ({ page, world, open }) => {
  const [mara, note] = await halfWritten({ page, world, open });
  const place = page.url();
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText('Your session has ended')).toBeVisible();
  await expect(page.getByText('Internal note')).toHaveCount(0);
  await mara.signIn(page);
  await expect(note).toHaveValue('half a note');
  expect(page.url()).toBe(place);
});

test('signing out leaves nothing of what was written', async ({ page, world, open }) => {
  const [mara, note] = await halfWritten({ page, world, open });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in to the support console' })).toBeVisible();
  await mara.signIn(page);
  await expect(note).toHaveValue('');
});
