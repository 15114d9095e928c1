import { expect } from '@playwright/test';

import { test } from '../support/fixtures.ts';
import { alone, examine, loaded } from '../support/look.ts';
import { fileReport } from '../support/report.ts';
import { Person } from '../support/staff.ts';

/** In the form that a field for a time takes. */
const inTwoDays = () => new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 16);

test('a lead makes a ticket for a caller, puts one away, and finds it again', async ({ page, world, open }) => {
  test.slow();
  await world.sandbox.install();
  await fileReport((await open('kept-report')).frame, false);
  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console`);
  await mara.signInAnew(page);
  const place = alone(page);
  const rows = page.getByRole('rowheader').getByRole('link');
  await expect(rows).toHaveCount(1);

  await page.getByRole('button', { name: 'New ticket for a caller' }).click();
  await page.getByRole('button', { name: 'Make ticket' }).click();
  await expect(page.getByText('Enter the address of their site')).toBeVisible();
  await examine(place, 'console intake with faults');
  await page.getByRole('textbox', { name: 'Site' }).fill('nobody.atlassian.net');
  await page.getByRole('textbox', { name: 'Mail address of whoever called' }).fill('rita@example.com');
  await page.getByRole('textbox', { name: 'What they said' }).fill('You told us that boards do not load.');
  await page.getByRole('button', { name: 'Make ticket' }).click();
  await expect(page.getByRole('dialog').getByRole('heading', { level: 2 })).toBeVisible();
  await examine(place, 'console intake refused');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await rows.first().click();
  await expect(page.getByText(/Everything of this ticket is deleted on/)).toBeVisible();
  await expect(page.getByText('First answer due')).toBeVisible();
  await page.getByLabel('Out of the queue until').fill('2020-01-01T09:00');
  await page.getByRole('button', { name: 'Snooze' }).click();
  await expect(page.getByText('Enter a time to come')).toBeVisible();
  await examine(place, 'console snooze with fault');
  await page.getByLabel('Out of the queue until').fill(inTwoDays());
  await page.getByRole('button', { name: 'Snooze' }).click();
  await expect(page.getByText('It is out of the queue until then.')).toBeVisible();
  await loaded(place);
  await examine(place, 'console ticket put away');

  await page.getByRole('link', { name: 'Back to the queue' }).click();
  await expect(page.getByText('No tickets here')).toBeVisible();
  await page.getByLabel('Snoozed').selectOption('true');
  await expect(rows).toHaveCount(1);
  await expect(page.getByText(/^snoozed/)).toBeVisible();
  await examine(place, 'console queue of what is put away');
  await rows.first().click();
  await page.getByRole('button', { name: 'Put it back into the queue' }).click();
  await expect(page.getByText('It is in the queue again.')).toBeVisible();
});
