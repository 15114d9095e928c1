import { expect, type Page, test as base } from '@playwright/test';

import { loaded, type Place } from './look.ts';
import type { Product, Sandbox } from './sandbox.ts';
import { storedBy } from './stored.ts';
import { Watch } from './watch.ts';
import { World } from './world.ts';

export interface Fixtures {
  readonly world: World;
  /** Looks at every test, also those that do not ask for it. */
  readonly watch: Watch;
  /** Opens a page of the app at the site, and hands over its frame. */
  readonly open: (module: string, product?: Product) => Promise<Place>;
}

/** The frame that a module of the app is in, once it is there. */
export async function frameIn(page: Page): Promise<Place> {
  const element = await page.locator('#main iframe').elementHandle();
  const frame = await element?.contentFrame();
  if (!frame) {
    throw new Error('The site shows no frame.');
  }
  return { page, frame };
}

/** Opens a page of the app as Forge shows it. */
export async function openInForge(
  page: Page,
  sandbox: Sandbox,
  which: 'kept-admin' | 'kept-report',
  product: Product = 'jira',
): Promise<Place> {
  await page.goto('about:blank');
  await page.goto(sandbox.forgePage(which, product));
  const place = await frameIn(page);
  await loaded(place);
  return place;
}

interface Options {
  /** Whether frames of another site have processes of their own, as browsers do. */
  readonly isolated: boolean;
}

const TOGETHER = ['--disable-site-isolation-trials', '--disable-features=IsolateOrigins,site-per-process'];

export const test = base.extend<Fixtures, Options>({
  isolated: [true, { option: true, scope: 'worker' }],

  launchOptions: [
    async ({ launchOptions, isolated }, use) => {
      await use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...(isolated ? [] : TOGETHER)] });
    },
    { scope: 'worker' },
  ],

  // Playwright finds what a fixture needs by this pattern, so it stands also where nothing is needed.
  world: async ({}, use, testInfo) => {
    const world = await World.start();
    await use(world);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('service', { body: world.said, contentType: 'text/plain' });
    }
    await world.stop();
  },

  watch: [
    async ({ context, world }, use, testInfo) => {
      const watch = await Watch.over(context);
      await use(watch);
      const own = [world.serviceUrl, world.sandbox.url].map((url) => new URL(url).host);
      const others = [...watch.hosts].filter((host) => !own.includes(host));
      for (const host of watch.hosts) {
        testInfo.annotations.push({ type: 'hosts', description: host.replace(/:\d+$/, ':PORT') });
      }
      expect(watch.violations, 'the content security policy is obeyed').toEqual([]);
      expect(others, 'no other host is asked for anything').toEqual([]);
      expect(watch.errors, 'no error is on the console').toEqual([]);
      expect(await storedBy(context, world.serviceUrl), 'the pages store nothing').toEqual([]);
    },
    { auto: true },
  ],

  open: async ({ page, world }, use) => {
    await use(async (module, product = 'jira') => {
      // Two addresses that differ after the # alone are one page to a browser, and nothing would be loaded anew.
      await page.goto('about:blank');
      await page.goto(world.sandbox.module(module, product));
      return frameIn(page);
    });
  },
});

export { expect };
