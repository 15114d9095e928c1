import type { Page } from '@playwright/test';

import { expect, frameIn, test } from '../support/fixtures.ts';
import { Person } from '../support/staff.ts';

/** A line that is slower than most. */
const CONDITIONS = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 25_000 };

// Frames of another site are processes of their own otherwise, which would have a line of their own.
test.use({ isolated: false });

async function slowDown(page: Page, conditions = CONDITIONS): Promise<void> {
  const line = await page.context().newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', conditions);
}

/** Remembers in every frame whether it ever said that it loads: on a busy machine that is over before anybody looks. */
async function rememberLoading(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const look = () => {
      if (document.querySelector('.waiting, .loading') !== null) {
        Reflect.set(window, 'keptLoads', true);
        watcher.disconnect();
      }
    };
    const watcher = new MutationObserver(look);
    watcher.observe(document, { childList: true, subtree: true });
  });
}

for (const [module, heading] of [
  ['kept-admin', 'Stored data'],
  ['kept-report', 'What is the problem?'],
] as const) {
  test(`on a slow line the page ${module} says that it loads, and comes`, async ({ page, world }) => {
    await world.sandbox.install();
    await rememberLoading(page);
    await page.goto(`${world.sandbox.url}/`);
    await expect(page.getByRole('link', { name: 'Manage apps' }).first()).toBeVisible();
    await slowDown(page);
    await page.evaluate((key) => (location.hash = `#/module/${key}`), module);
    await expect(page.locator('#main iframe')).toBeVisible();
    const { frame } = await frameIn(page);
    await expect(frame.getByRole('heading', { name: heading, exact: true })).toBeVisible();
    expect(await frame.evaluate(() => Reflect.get(window, 'keptLoads') === true)).toBe(true);
  });
}

test('on a slow line the console says that it loads, and its queue comes', async ({ page, world }) => {
  await world.sandbox.install();
  const mara = await Person.join(world, 'mara', 'lead');
  await slowDown(page);
  await page.goto(`${world.serviceUrl}/console`, { waitUntil: 'commit' });
  await expect(page.getByText('Loading…')).toBeVisible();
  await expect(page.getByLabel('Name')).toBeVisible();
  await mara.signInAnew(page);
  await expect(page.getByText('No tickets here')).toBeVisible();
});

test('on a slow line the statement can be read while it comes', async ({ page, world }) => {
  await slowDown(page, { ...CONDITIONS, downloadThroughput: 1_000 });
  await page.goto(`${world.serviceUrl}/privacy?lang=en`, { waitUntil: 'commit' });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await page.evaluate(() => document.readyState)).toBe('loading');
});
