import { expect, test } from '../support/fixtures.ts';
import { loaded } from '../support/look.ts';
import { askToSee, DESCRIPTION, fileReport } from '../support/report.ts';
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
