import { readFile } from 'node:fs/promises';

import type { Frame } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';
import { examine } from '../support/look.ts';
import { fileReport } from '../support/report.ts';

const section = (frame: Frame, name: string) => frame.getByRole('region', { name, exact: true });

test('an administrator installs, sees what is stored, sets whom to tell, and asks for a deletion that is undone', async ({
  page,
  world,
  open,
}) => {
  await page.goto(`${world.sandbox.url}/#/apps`);
  await page.locator('#main').getByRole('button', { name: 'Install', exact: true }).click();
  await expect(page.locator('#main').getByRole('button', { name: 'Uninstall' })).toBeVisible();
  await world.sandbox.editIssues();

  const place = await open('kept-admin');
  const { frame } = place;
  await expect(section(frame, 'Installation')).toContainText('Active');
  await expect(section(frame, 'Installation')).toContainText('Roubaix, France');
  await expect(section(frame, 'Stored data').getByText('What the app needs for a limited time')).toBeVisible();
  await expect(frame.getByRole('status').filter({ hasText: 'As of' })).toBeVisible();
  await examine(place, 'admin · stored data');

  const settings = section(frame, 'Settings');
  await settings.getByLabel('Address for notices').fill('not an address');
  await settings.getByRole('button', { name: 'Save settings' }).click();
  await expect(settings.getByText('Enter one address')).toBeVisible();
  await examine(place, 'admin · settings with a fault');
  await settings.getByLabel('Address for notices').fill('privacy@example.com');
  await settings.getByRole('button', { name: 'Save settings' }).click();
  await expect(settings.getByText('Your settings are saved.')).toBeVisible();

  await section(frame, 'Delete early').getByRole('button', { name: 'Delete data' }).click();
  const dialog = frame.getByRole('dialog');
  await expect(dialog).toContainText('This goes, for everybody on the site');
  await examine(place, 'admin · deletion dialog');
  await dialog.getByRole('button', { name: 'Delete data' }).click();
  await expect(dialog.getByText('Type the address of your site as it stands here')).toBeVisible();
  const confirmation = dialog.getByLabel(/^Type .* to confirm$/);
  await expect(confirmation).toBeFocused();
  await confirmation.fill('another.example.com');
  await dialog.getByRole('button', { name: 'Delete data' }).click();
  await expect(dialog.getByText('Type the address of your site as it stands here')).toBeVisible();
  await examine(place, 'admin · deletion dialog with a fault');
  await confirmation.fill(new URL(world.sandbox.url).host);
  await dialog.getByRole('button', { name: 'Delete data' }).click();
  await expect(section(frame, 'Delete early')).toContainText('It becomes final on');
  await examine(place, 'admin · deletion asked for');
  await frame.getByRole('button', { name: 'Undo the deletion' }).click();
  await expect(section(frame, 'Delete early')).toContainText(/undone|stays/);
});

test('an administrator downloads everything', async ({ page, world, open }) => {
  await world.sandbox.install();
  await world.sandbox.editIssues();
  const { frame } = await open('kept-admin');
  const coming = page.waitForEvent('download');
  await frame.getByRole('button', { name: 'Download my data' }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
  await expect(frame.getByText(/Your browser saves/)).toBeVisible();
});

test('every record can be listed', async ({ world, open }) => {
  await world.sandbox.install();
  await world.sandbox.editIssues();
  const place = await open('kept-admin');
  const { frame } = place;
  await frame.getByRole('button', { name: 'Show records' }).click();
  await expect(frame.getByText('issue copy').first()).toBeVisible();
  await examine(place, 'admin · every record');
});

test('rules for reports are tried, set and obeyed', async ({ world, open }) => {
  await world.sandbox.install();
  const place = await open('kept-admin');
  const rules = section(place.frame, 'Rules for problem reports');
  await rules.getByLabel('Terms to mask').fill('x');
  await rules.getByRole('button', { name: 'Save rules' }).click();
  await expect(rules.getByText('a term has 2 to 100 characters')).toBeVisible();
  await rules.getByLabel('Terms to mask').fill('Bluebird');
  await rules.getByLabel('Try it').fill('Bluebird hangs, says ada@example.com');
  await rules.getByRole('button', { name: 'Show what is masked' }).click();
  await expect(rules.getByText('<term-1> hangs, says <email-1>')).toBeVisible();
  await rules.getByText('No: users of this site report no problems to support').click();
  await rules.getByRole('button', { name: 'Save rules' }).click();
  await expect(rules.getByText('The rules for reports are saved.')).toBeVisible();
  await examine(place, 'admin · rules for reports');

  const report = await open('kept-report');
  await expect(report.frame.getByText(/do not allow problem reports/).first()).toBeVisible();
  await expect(report.frame.getByLabel('Description')).toHaveCount(0);
  await examine(report, 'report · not permitted');
});

test('the reports of the site are listed, with what their reporters let administrators read', async ({ page, world, open }) => {
  await world.sandbox.install();
  await world.sandbox.become('member');
  for (const isOpen of [false, true]) {
    const { frame } = await open('kept-report');
    await fileReport(frame, isOpen);
  }
  await world.sandbox.become('admin');
  const place = await open('kept-admin');
  const reports = section(place.frame, 'Reports of this site');
  await expect(reports.getByRole('listitem')).toHaveCount(2);
  for (const left of [1, 0]) {
    await reports.getByRole('button', { name: /^Show details/ }).first().click();
    await expect(reports.getByRole('button', { name: /^Show details/ })).toHaveCount(left);
  }
  await expect(reports.getByText('has not let administrators read')).toHaveCount(1);
  await expect(reports.getByText('Nothing was written about it yet.')).toHaveCount(1);
  await examine(place, 'admin · reports');

  const filter = reports.getByLabel('Show reports');
  await expect(filter.getByRole('option').nth(1)).toHaveText('Waits for approval');
  await filter.selectOption({ label: 'Solved' });
  await expect(reports.getByText('No report stands so.')).toBeVisible();
  await examine(place, 'admin · no report of this state');
  await filter.selectOption({ label: 'Received' });
  await expect(reports.getByRole('listitem')).toHaveCount(2);
  const coming = page.waitForEvent('download');
  await reports.getByRole('button', { name: 'Download the list' }).click();
  const file = await (await coming).path();
  const { reports: listed } = JSON.parse(await readFile(file, 'utf8')) as { readonly reports: readonly { readonly state: string }[] };
  expect(listed.map(({ state }) => state)).toEqual(['received', 'received']);
});

test('the timeline says what leaving would mean, and the statement what it changed', async ({ world, open }) => {
  await world.sandbox.install();
  await world.command('policy', 'publish');
  const place = await open('kept-admin');
  const { frame } = place;
  const leaving = frame.getByRole('list', { name: 'If you uninstalled the app now' });
  await expect(leaving.getByRole('listitem')).toHaveCount(4);
  await expect(section(frame, 'Access log')).toContainText('Nobody at the vendor has looked');
  await expect(section(frame, 'Reports of this site')).toContainText('Nobody on your site has reported');
  await expect(section(frame, 'Privacy statement')).toContainText('Version 1');
  await examine(place, 'admin · nothing happened yet');
  await frame.getByRole('navigation', { name: 'On this page' }).getByRole('link', { name: 'Access log' }).click();
  await expect(section(frame, 'Access log')).toBeFocused();
});

test('a report waits for an administrator, who approves one and refuses another', async ({ page, world, open }) => {
  await world.sandbox.install();
  const first = await open('kept-admin');
  const rules = section(first.frame, 'Rules for problem reports');
  await rules.getByText('Yes, once an administrator has approved them').click();
  await rules.getByRole('button', { name: 'Save rules' }).click();
  await expect(rules.getByText('The rules for reports are saved.')).toBeVisible();

  await world.sandbox.become('member');
  const numbers: string[] = [];
  for (const isOpen of [true, false]) {
    const report = await open('kept-report');
    await expect(report.frame.getByText('An administrator of your site has to approve each report')).toBeVisible();
    await report.frame.getByLabel('Description').fill('The blue board does not load');
    await report.frame.getByRole('button', { name: 'See what will be sent' }).click();
    await expect(report.frame.getByText('An administrator of your site has to approve this report')).toBeVisible();
    if (isOpen) {
      await examine(report, 'report · needs approval');
      await report.frame.getByText('Administrators of my site may read this report').click();
    }
    await report.frame.getByLabel('Your mail address').fill('max.sample@example.com');
    await report.frame.getByRole('button', { name: 'Send report' }).click();
    await expect(report.frame.getByText('waits for an administrator of your site')).toBeVisible();
    numbers.push(((await report.frame.getByRole('heading', { name: /^Your number/ }).textContent()) ?? '').replace('Your number: ', ''));
  }

  await world.sandbox.become('admin');
  const place = await open('kept-admin');
  const reports = section(place.frame, 'Reports of this site');
  const waiting = reports.getByRole('list', { name: 'Reports that wait, the newest first' });
  await expect(waiting.getByRole('listitem')).toHaveCount(2);
  const [approved = '', refused = ''] = numbers;
  await waiting.getByRole('button', { name: `Show details of ${approved}` }).click();
  await waiting.getByText('report', { exact: false }).first().waitFor();
  await expect(waiting.locator('details').first()).toBeVisible();
  await examine(place, 'admin · reports that wait');
  await waiting.getByRole('button', { name: `Approve ${approved}` }).click();
  await expect(reports.getByText(`${approved} is approved`)).toBeVisible();
  await waiting.getByRole('button', { name: `Refuse ${refused}` }).click();
  await waiting.getByLabel('Why? (optional)').fill('Ask our own helpdesk first.');
  await examine(place, 'admin · a report is about to be refused');
  await waiting.getByRole('button', { name: 'Refuse and delete' }).click();
  await expect(reports.getByText(`${refused} is refused`)).toBeVisible();
  await expect(reports.getByText('No report waits for you.')).toBeVisible();
  await expect(section(place.frame, 'Reports of this site')).toContainText('Refused');
  await page.goto('about:blank');
});
