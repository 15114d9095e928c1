import { expect, test } from '../support/fixtures.ts';
import { tabTo } from '../support/keyboard.ts';
import { alone, examine } from '../support/look.ts';
import { fileReport } from '../support/report.ts';
import { Person } from '../support/staff.ts';

const VIEWS = ['#/', '#/apps', '#/faults', '#/mails', '#/desk', '#/issue/DEMO-1', '#/mails/1', '#/mails/999', '#/issue/NONE-1', '#/module/none'] as const;

const nameOf = (view: string) => (view === '#/' ? 'issues' : view.slice(2).replaceAll('/', ' '));

test('the site is for everybody: each of its views, with and without the app', async ({ page, world, open }) => {
  test.slow();
  const place = alone(page);
  for (const view of ['#/', '#/apps', '#/mails', '#/desk'] as const) {
    await page.goto('about:blank');
    await page.goto(`${world.sandbox.url}/${view}`);
    await expect(page.locator('#main').getByRole('heading').first()).toBeVisible();
    await examine(place, `sandbox · ${nameOf(view)} · not installed`);
  }
  await world.sandbox.install();
  await fileReport((await open('kept-report')).frame, false);
  const mail = await world.sandbox.mail(/report|confirm/i);
  for (const view of VIEWS) {
    await page.goto('about:blank');
    await page.goto(`${world.sandbox.url}/${view}`);
    await expect(page.locator('#main').getByRole('heading').or(page.locator('#main .message')).first()).toBeVisible();
    await examine(place, `sandbox · ${nameOf(view)}`);
  }
  const log = page.getByRole('log');
  await log.getByRole('link', { name: mail.subject }).click();
  await expect(page.locator('#main').getByRole('heading', { level: 1, name: mail.subject })).toBeVisible();
  await page.goto(`${world.sandbox.url}/wiki#/`);
  await expect(page.locator('#main').getByRole('heading').first()).toBeVisible();
  await examine(place, 'sandbox · confluence');
});

test('a newcomer installs from the first page without ever touching the mouse, and sees what happens', async ({ page, world }) => {
  await page.goto(`${world.sandbox.url}/`);
  await tabTo(page, page.mainFrame(), 'button', /^Install$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listitem').filter({ hasText: '✓ Done: Install the app' })).toBeVisible();
  await expect(page.getByRole('log').getByText('→ installed')).toBeVisible();
  // The button has gone; what it stood in has the focus, and not the beginning of the page.
  await expect(page.locator('#main')).toBeFocused();
  await tabTo(page, page.mainFrame(), 'link', /^Stored data$/);
  await page.keyboard.press('Enter');
  await expect(page.frameLocator('#main iframe').getByRole('heading', { level: 1 })).toBeVisible();
});

test('a newcomer is led on to the console, and sees that the report was answered there', async ({ page, world, open }) => {
  test.slow();
  await world.sandbox.install();
  await fileReport((await open('kept-report')).frame, false);
  const mail = await world.sandbox.mail(/report|confirm/i);
  const [link] = /http:\/\/localhost:\d+\/status\/\S+/.exec(mail.text) ?? [];
  await page.goto(link ?? '');
  await page.getByRole('button', { name: 'Confirm my address' }).click();
  await expect(page.getByRole('heading', { name: 'What you sent' })).toBeVisible();

  await page.goto(`${world.sandbox.url}/#/`);
  const step = (text: string) => page.locator('#main').getByRole('listitem').filter({ hasText: text });
  await expect(step('Report a problem, as any user may')).toContainText('✓ Done');
  await expect(step('Answer it, as the vendor’s support')).not.toContainText('✓ Done');
  await expect(step('Download everything that is stored')).toBeVisible();
  await expect(step('Have it all deleted')).toBeVisible();
  const mara = await Person.join(world, 'mara', 'lead');
  const opening = page.waitForEvent('popup');
  await page.getByRole('navigation', { name: 'Site' }).getByRole('link', { name: 'Support console' }).click();
  const support = await opening;
  await mara.signInAnew(support);
  await support.getByRole('rowheader').getByRole('link').click();
  await support.getByRole('textbox', { name: /^Answer/ }).fill('It is mended.');
  await support.getByRole('button', { name: 'Send answer' }).click();
  await expect(step('Answer it, as the vendor’s support')).toContainText('✓ Done');
  await examine(alone(page), 'sandbox · answered');
});

test('what happens at the site takes the focus from nobody', async ({ page, world }) => {
  await world.sandbox.install();
  await page.goto(`${world.sandbox.url}/#/apps`);
  const lines = page.getByRole('log').locator('details');
  const places = [
    page.getByRole('link', { name: 'Manage apps' }),
    page.getByRole('button', { name: 'Rotate secret' }),
    page.getByRole('button', { name: '☾ Dark' }),
    lines.last().locator('summary'),
  ];
  await expect(lines.first()).toBeVisible();
  for (const [at, place] of places.entries()) {
    await place.focus();
    const before = await lines.count();
    await world.sandbox.do('issue', { key: 'DEMO-1', summary: `Summary ${at}` });
    await expect(lines).not.toHaveCount(before);
    await expect(place).toBeFocused();
  }
  await world.sandbox.do('disable');
  await expect(page.getByRole('button', { name: 'Enable' })).toBeVisible();
  await expect(places[3] ?? page.locator('#log')).toBeFocused();
});

test('a sandbox that does not answer says so, until it answers again', async ({ page, world }) => {
  await page.goto(`${world.sandbox.url}/`);
  await expect(page.getByRole('heading', { name: 'Issues' })).toBeVisible();
  await page.route('**/sandbox/api/state', (route) => route.abort());
  await expect(page.getByRole('alert')).toContainText('The sandbox does not answer');
  await examine(alone(page), 'sandbox · does not answer');
  await page.unroute('**/sandbox/api/state');
  await expect(page.getByRole('alert')).toBeEmpty();
});
