import type { Frame } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';
import { examine } from '../support/look.ts';

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
  await expect(section(frame, 'Stored data').getByRole('row', { name: /Operation data/ })).toBeVisible();
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
  await expect(dialog.getByText('Tick the box to confirm the deletion.')).toBeVisible();
  await dialog.getByRole('checkbox').check({ force: true });
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
  await frame.getByRole('button', { name: /record/i }).first().click();
  await expect(frame.getByText('issue copy').first()).toBeVisible();
  await examine(place, 'admin · every record');
});
