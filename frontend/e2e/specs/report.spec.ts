import { change, refuse } from '../support/answers.ts';
import { expect, frameIn, test } from '../support/fixtures.ts';
import { alone, examine } from '../support/look.ts';
import { askToSee, DESCRIPTION, selectText } from '../support/report.ts';

test.beforeEach(async ({ world }) => {
  await world.sandbox.install();
  await world.sandbox.become('member');
});

test('a member describes a problem, sees what would be sent, masks more, sends it, and follows it on its page', async ({
  context,
  world,
  open,
}) => {
  const place = await open('kept-report');
  const { frame } = place;
  await expect(frame.getByLabel('Description')).toBeVisible();
  await examine(place, 'report · empty');

  await frame.getByRole('button', { name: 'See what will be sent' }).click();
  await expect(frame.getByText('Describe the problem.')).toBeVisible();
  await expect(frame.getByLabel('Description')).toBeFocused();
  await examine(place, 'report · nothing described');

  await frame.getByLabel('Description').fill(DESCRIPTION);
  await frame.getByText('High: something important').click();
  await frame.getByLabel('Files (optional)').setInputFiles({
    name: 'log.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('user grace@example.com failed\nline 2'),
  });
  await askToSee(frame);
  await expect(frame.locator('.cards')).not.toContainText('ada@example.com');
  await examine(place, 'report · preview');

  await selectText(frame, 'Bluebird');
  await expect(frame.getByLabel('Mask more')).toHaveValue('Bluebird');
  await frame.getByRole('button', { name: 'Mask it' }).click();
  await expect(frame.getByRole('button', { name: 'Show again: Bluebird' })).toBeVisible();
  await expect(frame.locator('.cards')).not.toContainText('Bluebird');
  await frame.getByText('Also what the app stores about').click();
  await expect(frame.getByRole('radio', { name: /Also what/ })).toBeChecked();
  await expect(frame.getByRole('button', { name: 'Send report' })).toBeEnabled();
  await examine(place, 'report · masked, full tier');

  await frame.getByRole('checkbox', { name: /I agree to send this: File: log.txt/ }).check({ force: true });
  await frame.getByRole('button', { name: 'Send report' }).click();
  await expect(frame.getByLabel('Your mail address')).toBeFocused();
  await frame.getByLabel('Your mail address').fill('max.sample@example.com');
  await frame.getByRole('button', { name: 'Send report' }).click();
  await expect(frame.getByText('Your report has arrived.')).toBeVisible();
  await examine(place, 'report · sent');

  const coming = context.waitForEvent('page');
  await frame.getByRole('link', { name: 'Open the report’s page' }).click();
  const status = alone(await coming);
  await expect(status.page.getByRole('heading', { level: 1 })).toBeVisible();
  await examine(status, 'status · link of the answer');

  const mail = await world.sandbox.mail(/report|confirm/i);
  const [link] = /http:\/\/localhost:\d+\/status\/\S+/.exec(mail.text) ?? [];
  await status.page.goto(link ?? '');
  await status.page.getByRole('button', { name: 'Confirm my address' }).click();
  await expect(status.page.getByRole('heading', { name: 'What you sent' })).toBeVisible();
  await examine(status, 'status · address confirmed');
  await status.page.getByLabel('Write to support').fill('It still happens.');
  await status.page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(status.page.getByText('It still happens.')).toBeVisible();
  await status.page.getByRole('button', { name: 'Delete everything now …' }).click();
  await examine(status, 'status · before the deletion');
  await status.page.getByRole('button', { name: 'Delete everything now' }).click();
  await expect(status.page.getByText('It still happens.')).toHaveCount(0);
  await examine(status, 'status · deleted');
});

test('what failed on its way is sent again as the same report, and nothing typed is lost', async ({ page, open }) => {
  const place = await open('kept-report');
  const { frame } = place;
  await frame.getByLabel('Description').fill(DESCRIPTION);
  await askToSee(frame);
  await frame.getByLabel('Your mail address').fill('max.sample@example.com');
  const keys: (string | undefined)[] = [];
  await page.route('**/api/v1/problem-reports', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    // The first arrives, and its answer is lost.
    await (keys.length === 1 ? route.fetch().then(() => route.abort()) : route.continue());
  });
  await frame.getByRole('button', { name: 'Send report' }).click();
  await expect(frame.getByText('The app could not be reached')).toBeVisible();
  await examine(place, 'report · sending failed');
  await expect(frame.getByLabel('Description')).toHaveValue(DESCRIPTION);
  await frame.getByRole('button', { name: 'Send report' }).click();
  await expect(frame.getByText('Your report has arrived.')).toBeVisible();
  expect(new Set(keys).size).toBe(1);
});

test('what would be sent may be long in coming, or not come: the page says so', async ({ page, open }) => {
  const place = await open('kept-report');
  const { frame } = place;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/v1/problem-reports/preview', async (route) => {
    await held;
    await route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'unavailable', title: 'Not now.', requestId: 'abc123' }),
    });
  });
  await frame.getByLabel('Description').fill(DESCRIPTION);
  await frame.getByRole('button', { name: 'See what will be sent' }).click();
  await examine(place, 'report · preview on its way', { isLoading: true });
  release();
  await expect(frame.getByText('abc123')).toBeVisible();
  await examine(place, 'report · error');
});

const RULE = '**/api/v1/problem-reports/rule';

test('whoever cannot send a report is told so before they write one, and asks again when it is only for a while', async ({
  page,
  world,
  open,
}) => {
  await world.command('reports', 'pause', '--reason', 'the desk is away');
  const place = await open('kept-report');
  const { frame } = place;
  await expect(frame.getByRole('heading', { name: 'No problem reports are taken at the moment' })).toBeVisible();
  await expect(frame.getByLabel('Description')).toHaveCount(0);
  await examine(place, 'report · paused');
  await world.command('reports', 'resume', '--reason', 'the desk is back');
  await frame.getByRole('button', { name: 'Ask again' }).click();
  await expect(frame.getByLabel('Description')).toBeVisible();

  await change(page, RULE, { isAnonymous: true });
  const anonymous = await open('kept-report');
  await expect(anonymous.frame.getByRole('heading', { name: 'Sign in to your site to report a problem' })).toBeVisible();
  await expect(anonymous.frame.getByLabel('Description')).toHaveCount(0);
  await examine(anonymous, 'report · anonymous');
});

test('a question about the rule that is long in coming, or fails, keeps nobody from writing', async ({ page, open }) => {
  await refuse(page, RULE);
  const refused = await open('kept-report');
  await refused.frame.getByLabel('Description').fill(DESCRIPTION);
  await askToSee(refused.frame);
  await page.unroute(RULE);

  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  await page.route(RULE, async (route) => {
    await begun;
    await route.fulfill({ json: { rule: 'forbid', isPaused: false, isAnonymous: false } });
  });
  const { frame } = await open('kept-report');
  await frame.getByLabel('Description').fill(DESCRIPTION);
  begin();
  await expect(frame.getByText(/do not allow problem reports/).first()).toBeVisible();
  // What was written stays where it can be copied.
  await expect(frame.getByLabel('Description')).toHaveValue(DESCRIPTION);
});

test('a link of a page that failed opens the report with the id of its request', async ({ page, world }) => {
  await page.goto(`${world.sandbox.url}/plugins/servlet/ac/kept/kept-report?ac.errorId=8f0c1`);
  const { frame } = await frameIn(page);
  await expect(frame.getByLabel('Request id (optional)')).toHaveValue('8f0c1');
});
