import { expect, type Fixtures, test } from '../support/fixtures.ts';
import { alone, loaded, type Place } from '../support/look.ts';
import { linksOfNotice } from '../support/notice.ts';
import { askToSee, DESCRIPTION, fileReport } from '../support/report.ts';
import { Person } from '../support/staff.ts';
import { canCompare, expectPictures, pose } from '../support/visual.ts';

// The pictures are in `pictures/`. `frontend/README.md` says how they are made anew.
test.use({ viewport: { width: 1340, height: 600 } });

/** The page for administrators where it has the most to show: its picture of what goes when, and its table. */
async function openStored(open: Fixtures['open']): Promise<Place> {
  const place = await open('kept-admin');
  await loaded(place);
  await expect(place.frame.getByRole('table', { name: 'Stored data by class' })).toBeVisible();
  await place.frame.getByRole('heading', { name: 'Stored data', exact: true }).evaluate((heading) => heading.scrollIntoView());
  return place;
}

test('the pages of the app look as they did', async ({ page, world, open }) => {
  await page.goto(`${world.serviceUrl}/console?lang=en`);
  await expect(page.getByLabel('Name')).toBeFocused();
  if (!(await canCompare(page))) {
    return;
  }
  await expectPictures(alone(page), 'console-sign-in');
  await world.sandbox.install();
  await expectPictures(await openStored(open), 'admin');
  const report = await open('kept-report');
  await report.frame.getByLabel('Description').fill(DESCRIPTION);
  await askToSee(report.frame);
  await report.frame.getByRole('heading', { name: 'What will be sent' }).evaluate((heading) => heading.scrollIntoView());
  await expectPictures(report, 'report');
});

test('the console looks as it did', async ({ page, world, open }) => {
  await world.sandbox.install();
  const { frame } = await open('kept-report');
  await fileReport(frame, false);
  const status = await frame.getByRole('link', { name: 'Open the report’s page' }).getAttribute('href');
  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console?lang=en`);
  await expect(page.getByLabel('Name')).toBeFocused();
  if (!(await canCompare(page))) {
    return;
  }
  await mara.signInAnew(page);
  const row = page.getByRole('rowheader').getByRole('link');
  await expect(row).toHaveCount(1);
  const ticket = await row.getAttribute('href');
  await expectPictures(alone(page), 'console-queue');
  await page.goto(new URL(ticket ?? '', world.serviceUrl).href);
  await expect(page.getByRole('heading', { name: 'Conversation' })).toBeVisible();
  await expectPictures(alone(page), 'console-ticket');
  await page.goto(status ?? '');
  await expectPictures(alone(page), 'status');
});

test('public pages look as they did', async ({ page, world }) => {
  await page.goto(`${world.serviceUrl}/privacy?lang=en`);
  if (!(await canCompare(page))) {
    return;
  }
  await expectPictures(alone(page), 'privacy');
  await world.sandbox.install();
  await world.sandbox.editIssues();
  const [, erase] = await linksOfNotice(world);
  await page.goto(erase ?? '');
  await expectPictures(alone(page), 'erasure-link');
});

test('a page that has lost its style sheet does not look as it did', async ({ page, world, open }) => {
  await page.goto(`${world.serviceUrl}/console?lang=en`);
  await expect(page.getByLabel('Name')).toBeFocused();
  if (!(await canCompare(page))) {
    return;
  }
  await world.sandbox.install();
  await page.route(/\/assets\/admin-[^/]*\.css$/, (route) => route.fulfill({ contentType: 'text/css', body: '' }));
  const place = await openStored(open);
  await expect(page).not.toHaveScreenshot('admin-light.png', await pose(place, 'light'));
});
