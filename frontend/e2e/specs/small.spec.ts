import type { Page } from '@playwright/test';

import { expect, test } from '../support/fixtures.ts';
import { alone, examine } from '../support/look.ts';
import { linksOfNotice } from '../support/notice.ts';
import { askToSee } from '../support/report.ts';

const PAGES = [
  ['privacy statement', '/privacy'],
  ['all versions', '/privacy/versions'],
  ['one version', '/privacy/versions/1'],
  ['cookies', '/cookies'],
  ['what is stored', '/stored'],
] as const;

/** As it comes over the wire, whatever was sent. */
const BYTES_MAX = 20_000;

/** Small and without scripts, as it comes over the wire. */
async function expectSmall(page: Page, address: string, name: string, status = 200): Promise<void> {
  const answer = await page.goto(address);
  expect(answer?.status(), name).toBe(status);
  await expect(page.locator('script')).toHaveCount(0);
  const bytes = (await answer?.request().sizes())?.responseBodySize ?? Infinity;
  test.info().annotations.push({ type: 'measured', description: `${name}: ${bytes} bytes on the wire` });
  expect(bytes, name).toBeLessThanOrEqual(BYTES_MAX);
}

for (const [name, path] of PAGES) {
  test(`the page of the ${name} is small, speaks two languages and needs no script`, async ({ page, world }) => {
    await world.command('policy', 'publish');
    for (const language of ['en', 'de']) {
      await expectSmall(page, `${world.serviceUrl}${path}?lang=${language}`, `${path} ${language}`);
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      const other = language === 'en' ? 'Deutsch' : 'English';
      await expect(page.getByRole('link', { name: other })).toBeVisible();
      await examine(alone(page), `public · ${name} · ${language}`);
    }
  });
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
  await expectSmall(page, `${world.serviceUrl}/nothing`, 'the page of an error', 404);
});
