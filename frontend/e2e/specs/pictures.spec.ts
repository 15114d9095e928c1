import { fileURLToPath } from 'node:url';

import { expect, test } from '../support/fixtures.ts';
import { fileReport, DESCRIPTION } from '../support/report.ts';

const picture = (name: string) => fileURLToPath(new URL(`../../../target/screenshots/readme-${name}.png`, import.meta.url));

// As in a window of its own. The three that the README shows are copies of these, in docs/images.
test.use({ viewport: { width: 1280, height: 860 } });

test('pictures for the README', async ({ page, context, world, open }) => {
  await world.sandbox.install();
  await world.sandbox.editIssues();
  const admin = await open('kept-admin');
  await expect(admin.frame.getByRole('heading', { name: 'What goes next' })).toBeVisible();
  await admin.frame.getByRole('heading', { name: 'Stored data', exact: true }).evaluate((heading) => heading.scrollIntoView());
  await page.screenshot({ path: picture('admin'), animations: 'disabled' });

  await world.sandbox.become('member');
  const report = await open('kept-report');
  await report.frame.getByLabel('Description').fill(DESCRIPTION);
  await report.frame.getByRole('button', { name: 'See what will be sent' }).click();
  await report.frame.getByRole('heading', { name: 'Your report' }).evaluate((heading) => heading.scrollIntoView());
  await page.screenshot({ path: picture('report'), animations: 'disabled' });

  await fileReport(report.frame, true);
  const coming = context.waitForEvent('page');
  await report.frame.getByRole('link', { name: 'Open the report’s page' }).click();
  const status = await coming;
  await status.setViewportSize({ width: 900, height: 520 });
  await expect(status.getByRole('heading', { level: 1 })).toBeVisible();
  await status.screenshot({ path: picture('status'), animations: 'disabled' });
});
