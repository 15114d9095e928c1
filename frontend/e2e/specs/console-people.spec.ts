import { type Browser, expect, type Page } from '@playwright/test';

import { type Fixtures, test } from '../support/fixtures.ts';
import { tabTo } from '../support/keyboard.ts';
import { alone, examine, loaded } from '../support/look.ts';
import { fileReport } from '../support/report.ts';
import { Person, type Role } from '../support/staff.ts';
import type { World } from '../support/world.ts';

/** Two reports of one site, as whoever signs in finds them. */
async function twoReports(world: World, open: Fixtures['open']): Promise<void> {
  await world.sandbox.install();
  for (let reports = 0; reports < 2; reports += 1) {
    await fileReport((await open('kept-report')).frame, false);
  }
}

async function signIn(page: Page, world: World, name: string, role: Role): Promise<Person> {
  const person = await Person.join(world, name, role);
  await page.goto(`${world.serviceUrl}/console?lang=en`);
  await person.signInAnew(page);
  return person;
}

/** A window of somebody else, who has a session of their own. */
async function windowOf(browser: Browser, world: World, name: string, role: Role): Promise<readonly [Page, Person]> {
  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  return [page, await signIn(page, world, name, role)];
}

const rows = (page: Page) => page.getByRole('rowheader').getByRole('link');

async function openTicket(page: Page, world: World, number: string): Promise<void> {
  await page.goto(`${world.serviceUrl}/console/tickets/${number}?lang=en`);
  await expect(page.getByRole('heading', { name: 'Conversation' })).toBeVisible();
  await loaded(alone(page));
}

test('a lead lets one ticket follow another and takes them apart again, without ever touching the mouse', async ({ page, world, open }) => {
  test.slow();
  await twoReports(world, open);
  await signIn(page, world, 'mara', 'lead');
  await expect(rows(page)).toHaveCount(2);
  const [number = '', into = ''] = await rows(page).allInnerTexts();
  await openTicket(page, world, number);

  await tabTo(page, page.mainFrame(), 'textbox', /^Tags/);
  await page.keyboard.type('export, board');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The tags are saved.')).toBeVisible();

  await tabTo(page, page.mainFrame(), 'textbox', /^Number of the other ticket/);
  await page.keyboard.type('nothing like it');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Enter the number of a ticket, such as')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(into);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: `Let ${number} follow ${into}?` });
  await expect(dialog).toBeVisible();
  await examine(alone(page), 'console merge dialog');
  await tabTo(page, page.mainFrame(), 'button', /^Let it follow$/);
  await page.keyboard.press('Enter');
  await expect(page.getByText('It follows the other ticket now.')).toBeVisible();
  await expect(page.getByText(`This ticket follows ${into}`)).toBeVisible();
  await examine(alone(page), 'console ticket that follows another');

  await tabTo(page, page.mainFrame(), 'button', /^Let it stand by itself$/);
  await page.keyboard.press('Enter');
  await expect(page.getByText('It stands by itself again.')).toBeVisible();
  await expect(page.getByText(`This ticket follows ${into}`)).toHaveCount(0);
  await page.reload();
  await expect(page.getByLabel('Tags')).toHaveValue('export, board');
});

test('an agent has the tickets that are assigned to them alone, and somebody else looks at what they opened', async ({ browser, page, world, open }) => {
  test.slow();
  await twoReports(world, open);
  await signIn(page, world, 'mara', 'lead');
  await expect(rows(page)).toHaveCount(2);
  const [given = '', kept = ''] = await rows(page).allInnerTexts();
  const [desk] = await windowOf(browser, world, 'ada', 'agent');
  await expect(desk.getByText('You see the tickets that are assigned to you.')).toBeVisible();
  await examine(alone(desk), 'console queue of an agent · empty');

  await openTicket(page, world, given);
  await page.getByLabel('Assigned to').selectOption('ada');
  await expect(page.getByText('It is assigned.')).toBeVisible();
  await desk.getByRole('button', { name: 'Refresh' }).click();
  await expect(rows(desk)).toHaveText([given]);
  await desk.goto(`${world.serviceUrl}/console/tickets/${kept}?lang=en`);
  await expect(desk.getByText('You may not do this')).toBeVisible();
  await examine(alone(desk), 'console ticket of somebody else');

  await openTicket(desk, world, given);
  await desk.getByRole('button', { name: 'Look into the bundle' }).click();
  await desk.getByLabel('Reason').fill('to see what hangs');
  await desk.getByRole('button', { name: 'Look into it' }).click();
  await expect(desk.getByText('Open to you until')).toBeVisible();
  await desk.getByRole('button', { name: 'Mask a text for good' }).click();
  const masking = desk.getByRole('dialog', { name: 'Mask a text for good?' });
  await masking.getByLabel('Text').fill('Bluebird');
  await masking.getByLabel('Reason').fill('a name that is not to be known');
  await examine(alone(desk), 'console masking dialog');
  await masking.getByRole('button', { name: 'Mask it' }).click();
  await expect(desk.getByText(/^\d+ places? masked\./)).toBeVisible();
  await expect(desk.getByText('Bluebird')).toHaveCount(0);

  await page.goto(`${world.serviceUrl}/console/reviews?lang=en`);
  const looked = page.getByRole('button', { name: 'I looked at it: Looked into a bundle, ada' });
  await expect(looked).toHaveCount(1);
  await examine(alone(page), 'console reviews · some to look at');
  await looked.click();
  await page.getByLabel('Remark').fill('as it should be');
  await examine(alone(page), 'console review dialog');
  await page.getByRole('dialog').getByRole('button', { name: 'I looked at it' }).click();
  await expect(page.getByText('It is recorded.')).toBeVisible();
  await expect(looked).toHaveCount(0);
  await desk.context().close();
});

test('an operator signs somebody out everywhere, and ends an account', async ({ browser, page, world }) => {
  test.slow();
  await world.sandbox.install();
  await signIn(page, world, 'otto', 'operator');
  const [desk, ada] = await windowOf(browser, world, 'ada', 'agent');
  await page.goto(`${world.serviceUrl}/console/staff?lang=en`);
  await page.getByRole('button', { name: 'Sign out: ada, everywhere' }).click();
  await expect(page.getByText('ada is signed out everywhere.')).toBeVisible();
  await desk.getByRole('button', { name: 'Refresh' }).click();
  await expect(desk.getByText('Your session has ended')).toBeVisible();
  await ada.signIn(desk);

  await page.getByRole('button', { name: 'End account: ada' }).click();
  await expect(page.getByRole('dialog', { name: 'End the account of ada?' })).toBeVisible();
  await examine(alone(page), 'console end of an account');
  await page.getByRole('dialog').getByRole('button', { name: 'End account' }).click();
  await expect(page.getByText('The account of ada is ended.')).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'ada' })).toContainText('Ended');
  await examine(alone(page), 'console staff · one account ended');
  await desk.getByRole('button', { name: 'Refresh' }).click();
  await expect(desk.getByText('Your session has ended')).toBeVisible();
  await desk.context().close();
});

test('an auditor reads what was done and looks at no ticket', async ({ page, world }) => {
  await world.sandbox.install();
  await signIn(page, world, 'rita', 'auditor');
  const sections = page.getByRole('navigation', { name: 'Sections' });
  await expect(sections.getByRole('link', { name: 'Records' })).toBeVisible();
  await expect(sections.getByRole('link', { name: 'Queue' })).toHaveCount(0);
  await sections.getByRole('link', { name: 'Records' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'rita' }).first()).toContainText('Signed in');
  await examine(alone(page), 'console records of an auditor');
  await page.goto(`${world.serviceUrl}/console/tickets/7KQX-M2PD?lang=en`);
  await expect(page.getByText('This page is not for your role')).toBeVisible();
});
