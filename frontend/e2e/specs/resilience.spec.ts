import { expect, test } from '../support/fixtures.ts';
import { askToSee, DESCRIPTION } from '../support/report.ts';

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

test('a context token that has expired is renewed without a word', async ({ page, world, open }) => {
  const { frame } = await open('kept-admin');
  await expect(frame.getByRole('button', { name: 'Save settings' })).toBeVisible();
  const refused: string[] = [];
  page.on('response', (answer) => {
    if (answer.status() === 401) {
      refused.push(new URL(answer.url()).pathname);
    }
  });
  // The host hands out one that is an hour old, once for each request that is under way.
  let old = 1;
  await page.route('**/sandbox/api/context?*', async (route) => {
    const isOld = old > 0;
    old -= 1;
    const url = route.request().url();
    await route.continue(isOld ? { url: `${url}&age=3600` } : {});
  });
  await frame.getByRole('button', { name: 'Save settings' }).click();
  await expect(frame.getByText('Your settings are saved.')).toBeVisible();
  expect(refused).toEqual(['/api/v1/settings']);
  expect(world.sandbox.url).toBeTruthy();
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
