import { expect, test } from '../support/fixtures.ts';
import { examine } from '../support/look.ts';

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
  await context.setOffline(true);
  await frame.getByRole('button', { name: 'Refresh' }).click();
  await expect(frame.getByText('The app could not be reached').first()).toBeVisible();
  await context.setOffline(false);
  await examine(place, 'admin · offline');
  await frame.getByRole('button', { name: 'Try again' }).first().click();
  await expect(frame.getByLabel('Address for notices')).toHaveValue('typed@example.com');
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
