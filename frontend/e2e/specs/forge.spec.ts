import { expect, openInForge, test } from '../support/fixtures.ts';
import { alone, examine } from '../support/look.ts';
import { askToSee, DESCRIPTION } from '../support/report.ts';

test.beforeEach(({ world }) => world.sandbox.installOnForge());

for (const product of ['jira', 'confluence'] as const) {
  test(`through Forge, an administrator of ${product} sees what is stored, and saves settings`, async ({ page, world }) => {
    if (product === 'confluence') {
      await world.sandbox.installOnForge(product);
    }
    const place = await openInForge(page, world.sandbox, 'kept-admin', product);
    const { frame } = place;
    await expect(frame.getByRole('heading', { level: 1, name: 'Privacy and stored data' })).toBeVisible();
    await expect(frame.getByText('Account data').first()).toBeVisible();
    await examine(place, `forge · admin · ${product}`);

    await frame.getByLabel('Address for notices').fill('privacy@example.com');
    await frame.getByRole('button', { name: 'Save settings' }).click();
    await expect(frame.getByText('Your settings are saved.')).toBeVisible();
    const again = await openInForge(page, world.sandbox, 'kept-admin', product);
    await expect(again.frame.getByLabel('Address for notices')).toHaveValue('privacy@example.com');
  });
}

test('through Forge, an administrator gets everything as a file by a link that opens beside the page', async ({
  context,
  page,
  world,
}) => {
  const { frame } = await openInForge(page, world.sandbox, 'kept-admin');
  const coming = context.waitForEvent('page');
  await frame.getByRole('button', { name: 'Download my data' }).click();
  const beside = await coming;
  await expect(beside.getByRole('heading', { level: 1 })).toHaveText('Download your data');
  const saving = beside.waitForEvent('download');
  await beside.getByRole('button', { name: 'Download' }).click();
  expect((await saving).suggestedFilename()).toMatch(/^data-\d+\.zip$/);
  await expect(frame.getByRole('link', { name: 'Open the page with your file' })).toBeVisible();

  const statement = context.waitForEvent('page');
  await frame.getByRole('link', { name: 'Read the statement' }).click();
  expect((await statement).url()).toContain(`${world.serviceUrl}/privacy`);
});

test('through Forge, a member reports a problem, and follows it on its page', async ({ context, page, world }) => {
  await world.sandbox.become('member');
  const place = await openInForge(page, world.sandbox, 'kept-report');
  const { frame } = place;
  await examine(place, 'forge · report · empty');
  await frame.getByLabel('Description').fill(DESCRIPTION);
  await frame.getByLabel('Files (optional)').setInputFiles({
    name: 'log.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('user grace@example.com failed\nline 2'),
  });
  await askToSee(frame);
  await expect(frame.locator('.cards')).not.toContainText('ada@example.com');
  await examine(place, 'forge · report · preview');

  await frame.getByRole('checkbox', { name: /I agree to send this: File: log.txt/ }).check({ force: true });
  await frame.getByLabel('Your mail address').fill('max.sample@example.com');
  await frame.getByRole('button', { name: 'Send report' }).click();
  await expect(frame.getByText('Your report has arrived.')).toBeVisible();
  await examine(place, 'forge · report · sent');

  const coming = context.waitForEvent('page');
  await frame.getByRole('link', { name: 'Open the report’s page' }).click();
  const status = alone(await coming);
  await expect(status.page.getByRole('heading', { level: 1 })).toBeVisible();
  await world.sandbox.mail(/report|confirm/i);
});

test('a file that Forge would not let through is refused by its name before anything is sent', async ({ page, world }) => {
  const place = await openInForge(page, world.sandbox, 'kept-report');
  const { frame } = place;
  await expect(frame.getByText('All of them together may have 300 kB here.')).toBeVisible();
  await frame.getByLabel('Files (optional)').setInputFiles({
    name: 'large.txt',
    mimeType: 'text/plain',
    buffer: Buffer.alloc(300_001, 'a'),
  });
  await expect(frame.getByText('large.txt: all files together may have at most 300 kB here.')).toBeVisible();
  await examine(place, 'forge · report · file too large');
});

test('who is no administrator is told so through Forge', async ({ page, world }) => {
  await world.sandbox.become('member');
  const place = await openInForge(page, world.sandbox, 'kept-admin');
  await expect(place.frame.getByText('Only administrators can see this')).toBeVisible();
  await examine(place, 'forge · admin · not an administrator');
});

test('a site that moves from Connect to Forge has the same settings on both pages', async ({ page, open, world }) => {
  await world.sandbox.do('forge/uninstall');
  await world.sandbox.install('confluence');
  const { frame } = await open('kept-admin', 'confluence');
  await frame.getByLabel('Address for notices').fill('before@example.com');
  await frame.getByRole('button', { name: 'Save settings' }).click();
  await expect(frame.getByText('Your settings are saved.')).toBeVisible();
  await world.sandbox.do('forge/move', { site: 'confluence' });
  const moved = await openInForge(page, world.sandbox, 'kept-admin', 'confluence');
  await expect(moved.frame.getByLabel('Address for notices')).toHaveValue('before@example.com');
});

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });

  test('the page for administrators speaks the language of its user through Forge', async ({ page, world }) => {
    const { frame } = await openInForge(page, world.sandbox, 'kept-admin');
    await expect(frame.getByRole('heading', { level: 1, name: /gespeicherte Daten/i })).toBeVisible();
    expect(await frame.evaluate(() => document.documentElement.lang)).toBe('de-DE');
  });
});

test('what failed is reported from where it failed, in a modal of Forge', async ({ page, world }) => {
  const place = await openInForge(page, world.sandbox, 'kept-admin');
  await page.route('**/sandbox/api/forge/invoke', async (route) => {
    const problem = { code: 'internal', title: 'Something failed', requestId: 'r-of-the-failure' };
    const headers = [['content-type', 'application/json']];
    await route.fulfill({ json: { ok: false, status: 500, headers, body: JSON.stringify(problem) } });
  }, { times: 3 });
  await place.frame.getByRole('button', { name: 'Refresh' }).click();
  await place.frame.getByRole('button', { name: 'Report this problem' }).first().click();
  const modal = await (await page.locator('dialog iframe').elementHandle())?.contentFrame();
  if (!modal) {
    throw new Error('No modal opened.');
  }
  await expect(modal.getByLabel('Request id')).toHaveValue('r-of-the-failure');
});
