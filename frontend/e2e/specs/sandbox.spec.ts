import { expect, test } from '../support/fixtures.ts';
import { alone, examine } from '../support/look.ts';

const VIEWS = ['#/', '#/apps', '#/faults', '#/mails'] as const;

test('the site is for everybody: each of its views, with and without the app', async ({ page, world }) => {
  const place = alone(page);
  await page.goto(`${world.sandbox.url}/#/apps`);
  await expect(page.locator('#main').getByRole('button', { name: 'Install', exact: true })).toBeVisible();
  await examine(place, 'sandbox · not installed');
  await page.locator('#main').getByRole('button', { name: 'Install', exact: true }).click();
  await expect(page.locator('#main').getByRole('button', { name: 'Uninstall' })).toBeVisible();
  for (const view of VIEWS) {
    await page.goto(`${world.sandbox.url}/${view}`);
    await expect(page.locator('#main').getByRole('heading').first()).toBeVisible();
    await examine(place, `sandbox · ${view === '#/' ? 'issues' : view.slice(2)}`);
  }
  await page.goto(`${world.sandbox.url}/wiki#/`);
  await expect(page.locator('#main').getByRole('heading').first()).toBeVisible();
  await examine(place, 'sandbox · confluence');
});
