import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';
import { alone, examine, expectNoSidewaysScroll } from '../support/look.ts';
import { afterNotice, linksOfNotice } from '../support/notice.ts';
import { askToSee, fileReport } from '../support/report.ts';

const PAGES = [
  ['privacy statement', '/privacy'],
  ['all versions', '/privacy/versions'],
  ['one version', '/privacy/versions/1'],
  ['cookies', '/cookies'],
  ['what is stored', '/stored'],
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
      const other = language === 'en' ? 'Deutsch' : 'English';
      await expect(page.getByRole('link', { name: other })).toBeVisible();
      const sizes = await answer?.request().sizes();
      test.info().annotations.push({ type: 'measured', description: `${path} ${language}: ${sizes?.responseBodySize} bytes on the wire` });
      expect(sizes?.responseBodySize).toBeLessThanOrEqual(BYTES_MAX);
      await examine(alone(page), `public · ${name} · ${language}`);
    }
  });
}

/** Small and without scripts, as it comes over the wire. */
async function expectSmall(page: Page, address: string, name: string): Promise<void> {
  const answer = await page.goto(address);
  await expect(page.locator('script')).toHaveCount(0);
  const bytes = (await answer?.request().sizes())?.responseBodySize ?? Infinity;
  test.info().annotations.push({ type: 'measured', description: `${name}: ${bytes} bytes on the wire` });
  expect(bytes, name).toBeLessThanOrEqual(BYTES_MAX);
}

/** A text that nothing makes smaller, of the letters that a log has. */
function noise(bytes: number): Buffer {
  const letters = Array.from({ length: bytes }, () => String.fromCharCode(33 + Math.floor(Math.random() * 93)));
  return Buffer.from(letters.map((letter, at) => (at % 80 === 79 ? '\n' : letter)).join(''));
}

test('pages behind links and those of errors are small and need no script, however much was sent', async ({ page, world, open }) => {
  test.slow();
  await world.sandbox.install();
  const { frame } = await open('kept-report');
  await frame.getByLabel('Files (optional)').setInputFiles({ name: 'log.txt', mimeType: 'text/plain', buffer: noise(100_000) });
  await frame.getByLabel('Description').fill('It broke.');
  await askToSee(frame);
  await frame.getByRole('checkbox', { name: /I agree to send this: File: log.txt/ }).check({ force: true });
  await frame.getByLabel('Your mail address').fill('max.sample@example.com');
  await frame.getByRole('button', { name: 'Send report' }).click();
  await expect(frame.getByText('Your report has arrived.')).toBeVisible();
  const mail = await world.sandbox.mail(/report|confirm/i);
  const [status = ''] = /http:\/\/localhost:\d+\/status\/\S+/.exec(mail.text) ?? [];
  await expectSmall(page, status, 'the page of a report, not confirmed');
  await page.getByRole('button', { name: 'Confirm my address' }).click();
  await expect(page.getByText('This is its beginning. All of it was sent.')).toHaveCount(1);
  await expectSmall(page, status, 'the page of a report with a log of 100 kB');
  await page.getByRole('link', { name: 'Show more of the texts' }).click();
  await expect(page.getByRole('heading', { name: 'What you sent' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Show more of the texts' })).toHaveCount(0);

  for (const [name, address] of (await linksOfNotice(world)).entries()) {
    await expectSmall(page, address, `link ${name} of a notice`);
  }
  await expectSmall(page, `${world.serviceUrl}/nothing`, 'the page of an error');
});

/** What a page has that only a screen needs goes on paper, and nothing that somebody reads does. */
async function expectPrinted(page: Page, what: string, ...parts: readonly Locator[]): Promise<void> {
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('footer')).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  for (const part of parts) {
    await expect(part).toBeVisible();
  }
  for (const screen of await page.locator('form, .language').all()) {
    await expect(screen).toBeHidden();
  }
  await expectNoSidewaysScroll(alone(page), `the printed ${what}`);
  await page.emulateMedia({ media: 'screen' });
}

test('the page of a report and the links of a notice print whole', async ({ page, world, open }) => {
  await world.sandbox.install();
  await fileReport((await open('kept-report')).frame, false);
  const mail = await world.sandbox.mail(/report|confirm/i);
  const [link] = /http:\/\/localhost:\d+\/status\/\S+/.exec(mail.text) ?? [];
  await page.goto(link ?? '');
  await page.getByRole('button', { name: 'Confirm my address' }).click();
  const sent = page.locator('details pre').first();
  await expect(sent).toBeHidden();
  await expectPrinted(page, 'status', page.getByRole('heading', { name: 'What you sent' }), sent);

  const [, erase] = await linksOfNotice(world);
  await page.goto(erase ?? '');
  await expectPrinted(page, 'link of a notice', page.getByRole('table'));
});

test('whoever has a link reads its page in the language that they choose there', async ({ page, world, open }) => {
  const place = alone(page);
  await world.sandbox.install();
  await fileReport((await open('kept-report')).frame, false);
  const mail = await world.sandbox.mail(/report|confirm/i);
  const [link] = /http:\/\/localhost:\d+\/status\/\S+/.exec(mail.text) ?? [];
  await page.goto(link ?? '');
  await page.getByRole('link', { name: 'Deutsch' }).click();
  await page.getByRole('button', { name: 'Meine Adresse bestätigen' }).click();
  await expect(page.getByRole('heading', { name: 'Was Sie gesendet haben' })).toBeVisible();
  await examine(place, 'status · confirmed · de');
  await page.getByRole('button', { name: 'Jetzt alles löschen …' }).click();
  await expect(page.getByRole('link', { name: 'English' })).toHaveCount(0);
  await examine(place, 'status · before the deletion · de');
  await page.getByRole('link', { name: 'Behalten' }).click();
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'What you sent' })).toBeVisible();

  const [download, erase] = await linksOfNotice(world);
  await page.goto(`${download}?lang=de`);
  await examine(place, 'erasure link · download · de');
  await page.goto(erase ?? '');
  await page.getByRole('link', { name: 'Deutsch' }).click();
  await examine(place, 'erasure link · preview · de');
  await page.getByRole('button', { name: 'Alle Daten löschen' }).click();
  await expect(page.getByRole('heading', { name: 'Die Daten werden gelöscht' })).toBeVisible();
  await examine(place, 'erasure link · asked for · de');
  await page.getByRole('link', { name: 'Die Daten doch behalten' }).click();
  await page.getByRole('button', { name: 'Die Daten behalten' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await examine(place, 'erasure link · undone · de');
});

test('public pages print without what only a screen needs', async ({ page, world }) => {
  for (const path of ['/privacy', '/stored', '/privacy/versions']) {
    await page.goto(`${world.serviceUrl}${path}?lang=en`);
    await expectPrinted(page, path);
  }
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

test('a processor says on a page of its own that its part of an erasure is done', async ({ page, world }) => {
  const place = alone(page);
  await world.sandbox.install();
  await world.sandbox.editIssues();
  const [, erase] = await linksOfNotice(world);
  await page.goto(erase ?? '');
  await page.getByRole('button', { name: 'Delete all data' }).click();
  await expect(page.getByRole('heading', { name: 'The data will be deleted' })).toBeVisible();
  await world.stopService();
  await world.startService(afterNotice(2));
  const mail = await world.sandbox.mail(/^Please delete data of a former customer/);
  const [link] = /http:\/\/localhost:\d+\/erasure\/\S+/.exec(mail.text) ?? [];
  for (const language of ['de', 'en'] as const) {
    await page.goto(`${link}?lang=${language}`);
    await examine(place, `erasure link · processor · ${language}`);
  }
  await page.getByRole('button', { name: 'It is deleted' }).click();
  await expect(page.getByRole('heading', { name: 'The deletion is confirmed' })).toBeVisible();
  await examine(place, 'erasure link · processor has confirmed');
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
