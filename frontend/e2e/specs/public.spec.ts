import { expect, test } from '../support/fixtures.ts';
import { linksOfNotice } from '../support/notice.ts';
import { alone, examine, expectNoSidewaysScroll } from '../support/look.ts';

const PAGES = [
  ['privacy statement', '/privacy'],
  ['all versions', '/privacy/versions'],
  ['one version', '/privacy/versions/1'],
  ['cookies', '/cookies'],
] as const;

/** Compressed or not, a public page is a small thing. */
const BYTES_MAX = 20_000;

for (const [name, path] of PAGES) {
  test(`the page of the ${name} is small, speaks two languages and needs no script`, async ({ page, world }) => {
    await world.command('policy', 'publish');
    for (const language of ['en', 'de']) {
      const answer = await page.goto(`${world.serviceUrl}${path}?lang=${language}`);
      expect(answer?.status()).toBe(200);
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      await expect(page.locator('script')).toHaveCount(0);
      const sizes = await answer?.request().sizes();
      test.info().annotations.push({ type: 'measured', description: `${path} ${language}: ${sizes?.responseBodySize} bytes on the wire` });
      expect(sizes?.responseBodySize).toBeLessThanOrEqual(BYTES_MAX);
      await examine(alone(page), `public · ${name} · ${language}`);
    }
  });
}

test('public pages print without what only a screen needs', async ({ page, world }) => {
  await page.goto(`${world.serviceUrl}/privacy?lang=en`);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('footer')).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectNoSidewaysScroll(alone(page), 'the printed statement');
});

test('the links of the notice after an uninstall show, ask, undo and hand out', async ({ page, world }) => {
  const place = alone(page);
  await world.sandbox.install();
  await world.sandbox.editIssues();
  const [download, erase] = await linksOfNotice(world);
  await page.goto(erase ?? '');
  await expect(page.getByRole('button', { name: 'Delete all data' })).toBeVisible();
  await examine(place, 'erasure link · preview');
  await page.getByRole('button', { name: 'Delete all data' }).click();
  await expect(page.getByRole('heading', { name: 'The data will be deleted' })).toBeVisible();
  await examine(place, 'erasure link · asked for');
  await page.getByRole('link', { name: 'Keep the data after all' }).click();
  await examine(place, 'erasure link · undo');
  await page.getByRole('button', { name: 'Keep the data' }).click();
  await expect(page.getByRole('heading', { name: 'The data is kept' })).toBeVisible();
  await page.goto(download ?? '');
  await expect(page.getByRole('button', { name: 'Download' })).toBeVisible();
  await examine(place, 'erasure link · download');
  for (const [what, path] of [['erasure', '/erasure/nobody-made-this'], ['status', '/status/nobody-made-this']] as const) {
    await page.goto(`${world.serviceUrl}${path}`);
    await examine(place, `${what} link · does not work`);
  }
});

test('an address that fails gives a page with the id of the request, in two languages', async ({ page, world }) => {
  const place = alone(page);
  for (const language of ['en', 'de']) {
    for (const [what, path] of [
      ['nothing there', '/nothing-here'],
      ['opened alone', '/app/admin'],
    ] as const) {
      const answer = await page.goto(`${world.serviceUrl}${path}?lang=${language}`);
      await expect(page.locator('code')).toHaveText((await answer?.headerValue('x-request-id')) ?? 'none');
      await examine(place, `error page · ${what} · ${language}`);
    }
  }
});
