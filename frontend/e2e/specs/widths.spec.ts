import { expect, test } from '../support/fixtures.ts';
import { alone, examineWidth, loaded } from '../support/look.ts';
import { linksOfNotice } from '../support/notice.ts';
import { askToSee, DESCRIPTION, fileReport } from '../support/report.ts';

const WIDTHS = [320, 768, 1280] as const;
const PUBLIC = ['/privacy', '/privacy?lang=de', '/privacy/versions', '/cookies', '/stored', '/nothing-here'] as const;
const VIEWS = ['issues', 'apps', 'faults', 'mails'] as const;

for (const width of WIDTHS) {
  test(`no page of the app has to be scrolled sideways at ${width} px`, async ({ page, world, open }) => {
    await world.sandbox.install();
    await world.sandbox.editIssues();
    await page.setViewportSize({ width, height: 900 });
    const admin = await open('kept-admin');
    await expect(admin.frame.getByRole('button', { name: 'Save settings' })).toBeVisible();
    await examineWidth(admin, 'admin');
    const report = await open('kept-report');
    await report.frame.getByLabel('Description').fill(DESCRIPTION);
    await askToSee(report.frame);
    await examineWidth(report, 'report');

    await fileReport(report.frame, false);
    const link = report.frame.getByRole('link', { name: 'Open the report’s page' });
    await page.goto((await link.getAttribute('href')) ?? '');
    await examineWidth(alone(page), 'status');
  });
}

test('no page of the site has to be scrolled sideways', async ({ page, world }) => {
  await world.sandbox.install();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const view of VIEWS) {
      await page.goto(`${world.sandbox.url}/#/${view === 'issues' ? '' : view}`);
      await loaded(alone(page));
      await examineWidth(alone(page), `sandbox · ${view}`);
    }
  }
});

test('no public page has to be scrolled sideways', async ({ page, world }) => {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of PUBLIC) {
      await page.goto(`${world.serviceUrl}${path}`);
      await examineWidth(alone(page), `public · ${path.replaceAll(/\W+/g, ' ').trim()}`);
    }
  }
});

test('no page behind a link of a mail has to be scrolled sideways', async ({ page, world }) => {
  await world.sandbox.install();
  await world.sandbox.editIssues();
  const links = await linksOfNotice(world);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const [at, what] of ['download', 'preview'].entries()) {
      await page.goto(links[at] ?? '');
      await examineWidth(alone(page), `erasure link · ${what}`);
    }
  }
});
