import { expect } from '@playwright/test';

import { test } from '../support/fixtures.ts';
import { alone, examine } from '../support/look.ts';
import { Person } from '../support/staff.ts';

test('what is on its way or fails is said by the console, with the id of the request', async ({ page, world }) => {
  await world.sandbox.install();
  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console`);
  await mara.signInAnew(page);
  await expect(page.getByText('No tickets here')).toBeVisible();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\/console\/api\/v1\/tickets/, async (route) => {
    await held;
    await route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'unavailable', title: 'Not now.', requestId: 'abc123' }),
    });
  });
  await page.reload();
  await expect(page.getByRole('img', { name: 'Loading' })).toBeVisible();
  await examine(alone(page), 'console queue loading', { isLoading: true });
  release();
  await expect(page.getByText('abc123').first()).toBeVisible();
  await examine(alone(page), 'console queue with an error');
});
