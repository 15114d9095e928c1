import { expect, test } from '../support/fixtures.ts';
import { alone, loaded } from '../support/look.ts';
import { linksOfNotice } from '../support/notice.ts';
import { outline } from '../support/outline.ts';
import { askToSee, fileReport, DESCRIPTION } from '../support/report.ts';
import { Person } from '../support/staff.ts';

// The files are in `outlines/`. A change that is meant is written there by `npm run browser -- outlines --update-snapshots=all`,
// and looked at.

test('what the pages of the app say to a screen reader', async ({ page, world, open }) => {
  await world.sandbox.install();
  const admin = await open('kept-admin');
  await loaded(admin);
  expect(await outline(admin.frame.getByRole('main'))).toMatchSnapshot('admin.txt');
  const report = await open('kept-report');
  await report.frame.getByLabel('Description').fill(DESCRIPTION);
  await askToSee(report.frame);
  expect(await outline(report.frame.getByRole('main'))).toMatchSnapshot('report.txt');
  await fileReport(report.frame, false);
  expect(await outline(report.frame.getByRole('main'))).toMatchSnapshot('report-sent.txt');
  await page.goto((await report.frame.getByRole('link', { name: 'Open the report’s page' }).getAttribute('href')) ?? '');
  expect(await outline(page.getByRole('main'))).toMatchSnapshot('status.txt');
});

test('what the console says to a screen reader', async ({ page, world, open }) => {
  await world.sandbox.install();
  await fileReport((await open('kept-report')).frame, false);
  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console`);
  await expect(page.getByLabel('Name')).toBeFocused();
  expect(await outline(page.locator('body'))).toMatchSnapshot('console-sign-in.txt');
  await mara.signInAnew(page);
  const row = page.getByRole('rowheader').getByRole('link');
  await expect(row).toHaveCount(1);
  await loaded(alone(page));
  expect(await outline(page.locator('body'))).toMatchSnapshot('console-queue.txt');
  await row.click();
  await expect(page.getByRole('heading', { name: 'Conversation' })).toBeVisible();
  await loaded(alone(page));
  expect(await outline(page.getByRole('main'))).toMatchSnapshot('console-ticket.txt');
});

test('what public pages and the site say to a screen reader', async ({ page, world }) => {
  await world.sandbox.install();
  await page.goto(`${world.sandbox.url}/#/apps`);
  await expect(page.locator('#main').getByRole('button', { name: 'Uninstall' })).toBeVisible();
  expect(await outline(page.locator('body'))).toMatchSnapshot('sandbox.txt');
  await world.sandbox.editIssues();
  const [, erase] = await linksOfNotice(world);
  await page.goto(erase ?? '');
  expect(await outline(page.locator('body'))).toMatchSnapshot('erasure-link.txt');
  await page.goto(`${world.serviceUrl}/privacy?lang=en`);
  expect(await outline(page.locator('body'))).toMatchSnapshot('privacy.txt');
});
