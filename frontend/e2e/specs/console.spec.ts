import { expect, type Page } from '@playwright/test';

import { test } from '../support/fixtures.ts';
import { alone, examine, examineWidth, expectNoSidewaysScroll, loaded } from '../support/look.ts';
import { fileReport } from '../support/report.ts';
import { Person } from '../support/staff.ts';
import type { World } from '../support/world.ts';

const WIDTHS = [320, 768, 1280] as const;

/** Goes to an address of the console, and waits for what says that it is there. */
async function goTo(page: Page, world: World, path: string, heading: string): Promise<void> {
  await page.goto(`${world.serviceUrl}/console${path}`);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  await loaded(alone(page));
}

/** Axe and pictures where rows are cards; wide windows were looked at, state by state. */
async function examineAt(width: (typeof WIDTHS)[number], page: Page, what: string): Promise<void> {
  await (width === 1280 ? expectNoSidewaysScroll(alone(page), `${what} at ${width} px`) : examineWidth(alone(page), what));
}

test('a lead works on tickets, and every state of the pages is looked at', async ({ page, world, open }) => {
  test.slow();
  await world.sandbox.install();
  for (let reports = 0; reports < 2; reports += 1) {
    await fileReport((await open('kept-report')).frame, false);
  }
  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console`);
  const place = alone(page);

  await page.getByRole('button', { name: 'Sign in' }).click();
  await examine(place, 'console sign in with faults');
  await page.getByLabel('Name').fill('nobody');
  await page.getByLabel('Password').fill('wrong');
  await page.getByLabel('Code').fill('123456');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Name, password or code is wrong')).toBeVisible();
  await examine(place, 'console sign in refused');
  await page.reload();
  await mara.signInAnew(page);

  const rows = page.getByRole('rowheader').getByRole('link');
  await expect(rows).toHaveCount(2);
  const number = await rows.first().innerText();
  await examine(place, 'console queue');
  await page.getByRole('button', { name: `Close: ${number}` }).click();
  await page.getByRole('button', { name: 'Close ticket' }).click();
  await expect(page.getByText('Say why, with three letters')).toBeVisible();
  await examine(place, 'console close dialog with fault');
  await page.keyboard.press('Escape');
  await page.getByLabel('Severity').selectOption('blocking');
  await expect(page.getByText('No tickets here')).toBeVisible();
  expect(page.url()).toContain('severity=blocking');
  await examine(place, 'console queue empty');
  await page.goBack();
  await expect(rows).toHaveCount(2);

  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText('The service could not be reached')).toBeVisible();
  await expect(page.getByText(/^What you see here is as of \d/)).toBeVisible();
  await expect(rows).toHaveCount(2);
  await examine(place, 'console queue offline');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('The service could not be reached')).toHaveCount(0);
  await expect(rows).toHaveCount(2);

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await examine(place, 'console keys');
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox', { name: 'Search' }).fill('nothing like this');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/q=nothing/);
  await examine(place, 'console search');
  await page.goBack();

  await rows.first().click();
  await expect(page.getByText(/Everything of this ticket is deleted on/)).toBeVisible();
  await examine(place, 'console ticket');
  await page.getByRole('button', { name: 'Look into the bundle' }).click();
  await page.getByLabel('Reason').fill('to see what hangs');
  await page.getByRole('button', { name: 'Look into it' }).click();
  await expect(page.getByText('Open to you until')).toBeVisible();
  await examine(place, 'console ticket with its bundle');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download…' }).click();
  await page.getByLabel('Reason').fill('to run it through the parser');
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  expect((await saved).suggestedFilename()).toMatch(new RegExp(`^${number}-\\d+\\.zip$`));

  await goTo(page, world, '/downloads', 'Downloads');
  await page.getByRole('button', { name: /It is deleted/ }).click();
  await examine(place, 'console download to be confirmed');
  await page.getByRole('button', { name: 'It is deleted', exact: true }).click();
  await expect(page.getByText('Thank you. It is recorded.')).toBeVisible();
  await goTo(page, world, '/replies', 'Canned replies');
  await page.getByRole('button', { name: 'New canned reply' }).click();
  await page.getByLabel('Title').fill('Looking');
  await page.getByLabel('Text', { exact: true }).fill('{agent} looks at {it}.');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('{it} is no placeholder.')).toBeVisible();
  await examine(place, 'console canned reply with fault');
  await page.getByLabel('Text', { exact: true }).fill('{agent} looks at {number}.');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('It is saved.')).toBeVisible();
  await examine(place, 'console canned replies');
  await goTo(page, world, '/reviews', 'Reviews');
  await examine(place, 'console reviews');
  await goTo(page, world, '/audit', 'Records');
  await examine(place, 'console records');
  await goTo(page, world, '/staff', 'Staff');
  await examine(place, 'console staff');
  await goTo(page, world, '/jobs', 'This page is not for your role');
  await examine(place, 'console page of another role');

  await goTo(page, world, `/tickets/${number}?lang=de`, number);
  await expect(page.getByRole('heading', { name: 'Gespräch' })).toBeVisible();
  await page.getByLabel('Mit einem Textbaustein beginnen').selectOption({ label: 'Looking (en)' });
  await expect(page.getByLabel('Antwort', { exact: true })).toHaveValue(`mara looks at ${number}.`);
  await examine(place, 'console ticket in German');
});

test('an operator sees what is due and what is stuck, and no ticket', async ({ page, world }) => {
  test.slow();
  await world.sandbox.install();
  const otto = await Person.join(world, 'otto', 'operator');
  await page.goto(`${world.serviceUrl}/console`);
  await otto.signInAnew(page);
  const place = alone(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Installations' })).toBeVisible();
  await expect(page.getByText('Active', { exact: true })).toBeVisible();
  await examine(place, 'console installations');
  await page.getByRole('cell').getByRole('link').first().click();
  await expect(page.getByText(new URL(world.sandbox.url).host)).toBeVisible();
  await examine(place, 'console installation');
  await goTo(page, world, '/due', 'What is due');
  await examine(place, 'console nothing due');
  await page.getByLabel('Shown').selectOption('Records that expire');
  await expect(page.getByRole('img', { name: 'What is due on each day' })).toBeVisible();
  await examine(place, 'console what is due');
  await goTo(page, world, '/jobs', 'Jobs');
  await expect(page.getByText('Delete what has expired')).toBeVisible();
  await examine(place, 'console jobs');
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const [path, heading] of [['/tenants', 'Installations'], ['/due', 'What is due'], ['/jobs', 'Jobs'], ['/staff', 'Staff']] as const) {
      await goTo(page, world, path, heading);
      await examineAt(width, page, `console ${path.slice(1)}`);
    }
  }
});

test('no page of the console has to be scrolled sideways', async ({ page, world, open }) => {
  test.slow();
  await world.sandbox.install();
  await fileReport((await open('kept-report')).frame, false);
  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console`);
  await mara.signInAnew(page);
  const number = await page.getByRole('rowheader').getByRole('link').innerText();
  const pages = [
    ['', 'Queue'],
    [`/tickets/${number}`, number],
    ['/replies', 'Canned replies'],
    ['/downloads', 'Downloads'],
    ['/reviews', 'Reviews'],
    ['/audit', 'Records'],
  ] as const;
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const [path, heading] of pages) {
      await goTo(page, world, path, heading);
      await examineAt(width, page, `console ${path === '' ? 'queue' : (path.split('/')[1] ?? '')}`);
    }
  }
});
