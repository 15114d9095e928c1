import { refuse } from '../support/answers.ts';
import { expect, test } from '../support/fixtures.ts';
import { examine, loaded } from '../support/look.ts';
import { expectRules, writeRules } from '../support/rules.ts';

test.beforeEach(async ({ world }) => {
  await world.sandbox.install();
});

test('a member is told who may see it, once', async ({ world, open }) => {
  await world.sandbox.become('member');
  const place = await open('kept-admin');
  await expect(place.frame.getByText('Only administrators can see this')).toHaveCount(1);
  await examine(place, 'admin · not permitted');
});

test('while it loads, the page says so', async ({ page, open }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/v1/**', async (route) => {
    await held;
    await route.continue();
  });
  const place = await open('kept-admin');
  await expect(place.frame.getByLabel('Loading the installation')).toBeVisible();
  await examine(place, 'admin · loading', { isLoading: true });
  release();
  await expect(place.frame.getByRole('heading', { name: 'Stored data' })).toBeVisible();
});

test('an error says what to do and names its request', async ({ page, open }) => {
  await page.route('**/api/v1/**', (route) =>
    route.fulfill({
      status: 503,
      headers: { 'retry-after': '7' },
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'unavailable', title: 'Not now.', requestId: 'abc123' }),
    }),
  );
  const place = await open('kept-admin');
  await expect(place.frame.getByText('The app cannot answer right now')).toBeVisible();
  await expect(place.frame.getByText('in 7 seconds')).toBeVisible();
  await expect(place.frame.getByText('abc123')).toBeVisible();
  await examine(place, 'admin · error');
});

test('without a connection nothing on the page is lost, and it comes back', async ({ context, open }) => {
  const place = await open('kept-admin');
  const { frame } = place;
  await frame.getByLabel('Address for notices').fill('typed@example.com');
  await writeRules(frame);
  await frame.getByRole('button', { name: 'Show records' }).click();
  await loaded(place);
  await context.setOffline(true);
  await frame.getByRole('button', { name: 'Refresh' }).click();
  await expect(frame.getByText('The app could not be reached')).toBeVisible();
  await expect(frame.getByText(/^What you see here is as of \d/)).toBeVisible();
  // Said once for the whole page; what was shown and opened stays.
  await expect(frame.getByRole('button', { name: 'Try again' })).toHaveCount(1);
  await expect(frame.getByRole('button', { name: 'Hide records' })).toBeVisible();
  await expect(frame.getByRole('heading', { name: 'Installation', exact: true })).toBeVisible();
  await expect(frame.getByRole('list', { name: 'If you uninstalled the app now' })).toBeVisible();
  await context.setOffline(false);
  await examine(place, 'admin · offline');
  await frame.getByRole('button', { name: 'Try again' }).click();
  await expect(frame.getByText('The app could not be reached')).toHaveCount(0);
  await expect(frame.getByLabel('Address for notices')).toHaveValue('typed@example.com');
  await expectRules(frame);
});

test('a part that cannot be loaded anew keeps what it shows, and says of when that is', async ({ page, open }) => {
  const place = await open('kept-admin');
  await loaded(place);
  const timeline = place.frame.getByRole('region', { name: 'Timeline', exact: true });
  await refuse(page, '**/api/v1/timeline*');
  await place.frame.getByRole('button', { name: 'Refresh' }).click();
  await expect(timeline.getByText('The app cannot answer right now')).toBeVisible();
  await expect(timeline.getByText(/^What you see here is as of \d/)).toBeVisible();
  await expect(timeline.getByText('The app was installed')).toBeVisible();
  await expect(place.frame.getByText('The app cannot answer right now')).toHaveCount(1);
  await examine(place, 'admin · one part not renewed');
  await page.unroute('**/api/v1/timeline*');
  await timeline.getByRole('button', { name: 'Try again' }).click();
  await expect(timeline.getByText('The app cannot answer right now')).toHaveCount(0);
  await expect(timeline.getByText('The app was installed')).toBeVisible();
});

test('whoever is no administrator any more does not go on seeing what was shown', async ({ page, open }) => {
  const place = await open('kept-admin');
  await loaded(place);
  await expect(place.frame.getByText('Account data').first()).toBeVisible();
  await refuse(page, /\/api\/v1\/(data|timeline|settings|problem-reports|access-log|statement)/, 403, 'admin_required');
  await place.frame.getByRole('button', { name: 'Refresh' }).click();
  await expect(place.frame.getByText('Only administrators can see this')).toHaveCount(1);
  await expect(place.frame.getByText('Account data')).toHaveCount(0);
});

test('what is typed while rules are on their way is not lost when they are saved', async ({ page, open }) => {
  const { frame } = await open('kept-admin');
  await writeRules(frame);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/v1/settings', async (route) => {
    await (route.request().method() === 'PUT' ? held : undefined);
    await route.continue();
  });
  await frame.getByRole('button', { name: 'Save rules' }).click();
  await frame.getByLabel('Terms to mask').fill('Zebra');
  release();
  await expect(frame.getByText('The rules for reports are saved.')).toBeVisible();
  await expect(frame.getByLabel('Terms to mask')).toHaveValue('Zebra');
});

test('what failed is reported from where it failed, with its id', async ({ page, open }) => {
  await page.route('**/api/v1/timeline*', (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'internal', title: 'Something went wrong on our side.', requestId: 'abc123' }),
    }),
  );
  const place = await open('kept-admin');
  await expect(place.frame.getByRole('button', { name: 'Report this problem' })).toBeVisible();
  await examine(place, 'admin · one part failed');
  await place.frame.getByRole('button', { name: 'Report this problem' }).click();
  const element = await page.locator('dialog iframe').elementHandle();
  const report = await element?.contentFrame();
  if (!report) {
    throw new Error('The dialog shows no frame.');
  }
  await expect(report.getByLabel('Request id')).toHaveValue('abc123');
  await examine({ page, frame: report }, 'report · dialog over an error');
});
