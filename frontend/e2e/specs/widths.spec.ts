import { expect, test } from '../support/fixtures.ts';
import { alone, expectNoSidewaysScroll } from '../support/look.ts';
import { askToSee, DESCRIPTION } from '../support/report.ts';

const WIDTHS = [320, 768, 1280] as const;
const PUBLIC = ['/privacy', '/privacy?lang=de', '/privacy/versions', '/cookies', '/erasure/nobody-made-this'] as const;

test('no page of the app has to be scrolled sideways', async ({ page, world, open }) => {
  await world.sandbox.install();
  await world.sandbox.editIssues();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const admin = await open('kept-admin');
    await expect(admin.frame.getByRole('button', { name: 'Save settings' })).toBeVisible();
    await expectNoSidewaysScroll(admin, `the admin page at ${width} px`);
    const report = await open('kept-report');
    await report.frame.getByLabel('Description').fill(DESCRIPTION);
    await askToSee(report.frame);
    await expectNoSidewaysScroll(report, `the report page at ${width} px`);
    await page.goto(`${world.sandbox.url}/#/apps`);
    await expect(page.locator('#main').getByRole('button', { name: 'Uninstall' })).toBeVisible();
    await expectNoSidewaysScroll(alone(page), `the site at ${width} px`);
  }
});

test('no public page has to be scrolled sideways', async ({ page, world }) => {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of PUBLIC) {
      await page.goto(`${world.serviceUrl}${path}`);
      await expectNoSidewaysScroll(alone(page), `${path} at ${width} px`);
    }
  }
});
