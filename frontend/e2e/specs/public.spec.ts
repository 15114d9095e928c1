import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';
import { alone, examine, expectNoSidewaysScroll } from '../support/look.ts';
import { afterNotice, linksOfNotice } from '../support/notice.ts';
import { fileReport } from '../support/report.ts';

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
