import type { Frame } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';
import { alone, examine, loaded } from '../support/look.ts';
import { askToSee, DESCRIPTION, fileReport } from '../support/report.ts';
import { expectRules, writeRules } from '../support/rules.ts';
import { Person } from '../support/staff.ts';

test.beforeEach(async ({ world }) => {
  await world.sandbox.install();
});

test('the service restarts below an open page, which says so and goes on', async ({ world, open }) => {
  const { frame } = await open('kept-admin');
  await expect(frame.getByRole('button', { name: 'Save settings' })).toBeVisible();
  await frame.getByLabel('Address for notices').fill('typed@example.com');
  await world.stopService();
  await frame.getByRole('button', { name: 'Save settings' }).click();
  await expect(frame.getByText('The app could not be reached').first()).toBeVisible();
  await world.startService();
  await frame.getByRole('button', { name: 'Save settings' }).click();
  await expect(frame.getByText('Your settings are saved.')).toBeVisible();
  await expect(frame.getByLabel('Address for notices')).toHaveValue('typed@example.com');
});

test('the service restarts while rules are being written, and no word of them is lost', async ({ world, open }) => {
  const { frame } = await open('kept-admin');
  await writeRules(frame);
  await world.stopService();
  await frame.getByRole('button', { name: 'Refresh' }).click();
  await expect(frame.getByText('The app could not be reached').first()).toBeVisible();
  await world.startService();
  await frame.getByRole('button', { name: 'Try again' }).first().click();
  await expectRules(frame);
});

test('the service restarts below a report that is half written, and it still gets there', async ({ world, open }) => {
  const { frame } = await open('kept-report');
  await frame.getByLabel('Description').fill(DESCRIPTION);
  await askToSee(frame);
  await frame.getByLabel('Your mail address').fill('max.sample@example.com');
  await world.stopService();
  await frame.getByRole('button', { name: 'Send report' }).click();
  await expect(frame.getByText('The app could not be reached')).toBeVisible();
  await world.startService();
  await expect(frame.getByLabel('Description')).toHaveValue(DESCRIPTION);
  await frame.getByRole('button', { name: 'Send report' }).click();
  await expect(frame.getByText('Your report has arrived.')).toBeVisible();
});

test('the service restarts below the console, which says so and stays signed in', async ({ page, world, open }) => {
  await fileReport((await open('kept-report')).frame, false);
  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console`);
  await mara.signInAnew(page);
  const rows = page.getByRole('rowheader').getByRole('link');
  await expect(rows).toHaveCount(1);
  await world.stopService();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByText('The service could not be reached')).toBeVisible();
  await world.startService();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(rows).toHaveCount(1);
});

test('the service restarts below an answer that is half written, and it still gets there', async ({ page, world, open }) => {
  await fileReport((await open('kept-report')).frame, false);
  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console`);
  await mara.signInAnew(page);
  await page.getByRole('rowheader').getByRole('link').click();
  const answer = page.getByRole('textbox', { name: 'Answer', exact: true });
  await answer.fill('Which browser is it?');
  await world.stopService();
  await page.getByRole('button', { name: 'Send answer' }).click();
  await expect(page.getByText('The service could not be reached')).toBeVisible();
  await expect(answer).toHaveValue('Which browser is it?');
  await world.startService();
  await page.getByRole('button', { name: 'Send answer' }).click();
  await expect(page.getByText('The answer is sent.')).toBeVisible();
});

test('a part of the console that cannot be loaded says so, and comes when the service is back', async ({ page, world }) => {
  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console`);
  await mara.signInAnew(page);
  await expect(page.getByText('No tickets here')).toBeVisible();
  await world.stopService();
  const sections = page.getByRole('navigation', { name: 'Sections' });
  await sections.getByRole('link', { name: 'Reviews' }).click();
  await expect(page.getByText('This part of the page could not be loaded')).toBeVisible();
  await expect(sections).toBeVisible();
  await examine(alone(page), 'console part that could not be loaded');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('This part of the page could not be loaded')).toBeVisible();
  await world.startService();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Reviews' })).toBeVisible();
});

test('a part of the console that could not be loaded is asked for again by whoever comes back to it', async ({ page, world }) => {
  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console`);
  await mara.signInAnew(page);
  await expect(page.getByText('No tickets here')).toBeVisible();
  await world.stopService();
  await page.getByRole('link', { name: 'Reviews' }).click();
  await expect(page.getByText('This part of the page could not be loaded')).toBeVisible();
  await world.startService();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'Queue' })).toBeVisible();
  await page.goForward();
  await expect(page.getByRole('heading', { level: 1, name: 'Reviews' })).toBeVisible();
});

test('whatever cannot be drawn, no page is blank, and each is drawn again', async ({ page, world, open, watch }) => {
  const mara = await Person.join(world, 'mara', 'lead');
  watch.expectErrors(/no more numbers/);
  await page.addInitScript(() => {
    const { NumberFormat, DateTimeFormat } = Intl;
    function Broken() {
      throw new Error('no more numbers');
    }
    Reflect.set(window, 'keptBreaks', (isBroken: boolean) => {
      Object.assign(Intl, isBroken ? { NumberFormat: Broken, DateTimeFormat: Broken } : { NumberFormat, DateTimeFormat });
    });
  });
  const breaks = (frame: Frame, isBroken: boolean) =>
    frame.evaluate((is) => (Reflect.get(window, 'keptBreaks') as (is: boolean) => void)(is), isBroken);

  const { frame } = await open('kept-admin');
  await expect(frame.getByRole('heading', { name: 'Stored data', exact: true })).toBeVisible();
  // A part that comes later would break the page before the click does.
  await expect(frame.getByLabel(/^Loading/)).toHaveCount(0);
  await breaks(frame, true);
  await frame.getByRole('button', { name: 'Refresh' }).click();
  await expect(frame.getByText('Something on this page could not be shown')).toBeVisible();
  await breaks(frame, false);
  await expect(frame.getByRole('button', { name: 'Report this problem' })).toBeVisible();
  await examine({ page, frame }, 'admin · could not be shown');
  await frame.getByRole('button', { name: 'Show it again' }).click();
  await expect(frame.getByRole('heading', { name: 'Stored data', exact: true })).toBeVisible();

  await page.goto(`${world.serviceUrl}/console`);
  await mara.signInAnew(page);
  await expect(page.getByText('No tickets here')).toBeVisible();
  await breaks(page.mainFrame(), true);
  await page.getByRole('link', { name: 'Staff' }).click();
  await expect(page.getByText('Something on this page could not be shown')).toBeVisible();
  await breaks(page.mainFrame(), false);
  await examine(alone(page), 'console could not be shown');
  await page.getByRole('button', { name: 'Show it again' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Staff' })).toBeVisible();
});

test('a context token that has expired is renewed without a word', async ({ page, open }) => {
  const place = await open('kept-admin');
  const { frame } = place;
  await expect(frame.getByRole('button', { name: 'Save settings' })).toBeVisible();
  // A part that still waits would take the old token for itself.
  await loaded(place);
  const refused: string[] = [];
  page.on('response', (answer) => {
    if (answer.status() === 401) {
      refused.push(new URL(answer.url()).pathname);
    }
  });
  // The host hands out one that is an hour old, once.
  await page.route('**/sandbox/api/context?*', (route) => route.continue({ url: `${route.request().url()}&age=3600` }), { times: 1 });
  await frame.getByRole('button', { name: 'Save settings' }).click();
  await expect(frame.getByText('Your settings are saved.')).toBeVisible();
  expect(refused).toEqual(['/api/v1/settings']);
});

test('on a slow line a report still gets there', async ({ page, open }) => {
  const { frame } = await open('kept-report');
  await expect(frame.getByLabel('Description')).toBeVisible();
  const line = await page.context().newCDPSession(frame).catch(() => page.context().newCDPSession(page));
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 400,
    downloadThroughput: 50_000,
    uploadThroughput: 25_000,
  });
  await frame.getByLabel('Description').fill(DESCRIPTION);
  await askToSee(frame);
  await frame.getByLabel('Your mail address').fill('max.sample@example.com');
  await frame.getByRole('button', { name: 'Send report' }).click();
  await expect(frame.getByText('Your report has arrived.')).toBeVisible();
});
