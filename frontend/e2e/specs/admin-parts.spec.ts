import type { Page } from '@playwright/test';

import { change, cutOff, hold, refuse } from '../support/answers.ts';
import { CHANGES } from '../support/changes.ts';
import { expect, test } from '../support/fixtures.ts';
import { examine, examineWidth, loaded } from '../support/look.ts';

/** What each part of the page for administrators asks for, and what it says while that is on its way. */
const PARTS = [
  ['Stored data', /\/api\/v1\/data\/summary/, 'what is stored'],
  ['Timeline', /\/api\/v1\/timeline/, 'the timeline'],
  ['Settings', /\/api\/v1\/settings$/, 'the settings'],
  ['Rules for problem reports', /\/api\/v1\/settings$/, 'the rules'],
  ['Reports of this site', /\/api\/v1\/problem-reports/, 'the reports'],
  ['Access log', /\/api\/v1\/access-log/, 'the access log'],
  ['Privacy statement', /\/api\/v1\/statement/, 'the statement'],
] as const;

const ALL = /\/api\/v1\/(data\/summary|timeline|settings|problem-reports|access-log|statement)/;
/** Who may see the others is known with the answer to the first. */
const [FIRST, ...OTHERS] = PARTS;
const ALL_OTHERS = /\/api\/v1\/(timeline|settings|problem-reports|access-log|statement)/;
const PREVIEW = /\/api\/v1\/data\/erasure$/;

test.beforeEach(async ({ world }) => {
  await world.sandbox.install();
});

test('each part says that it loads, that it failed, and that there is no connection', async ({ page, open }) => {
  test.slow();
  const releaseOthers = await hold(page, ALL_OTHERS);
  const release = await hold(page, FIRST[1]);
  const loading = await open('kept-admin');
  const isLoading = (name: string, what: string) =>
    expect(loading.frame.getByRole('region', { name, exact: true }).getByLabel(`Loading ${what}`)).toBeVisible();
  await isLoading(FIRST[0], FIRST[2]);
  await expect(loading.frame.getByRole('region', { name: 'Installation', exact: true })).toContainText('Active');
  await examine(loading, 'admin · the first part loading', { isLoading: true });
  release();
  for (const [name, , what] of OTHERS) {
    await isLoading(name, what);
  }
  await examine(loading, 'admin · every other part loading', { isLoading: true });
  releaseOthers();
  await page.unroute(FIRST[1]);
  await page.unroute(ALL_OTHERS);
  for (const [state, set, said] of [
    ['failed', refuse, 'The app cannot answer right now'],
    ['offline', cutOff, 'The app could not be reached'],
  ] as const) {
    await set(page, ALL);
    const place = await open('kept-admin');
    for (const [name] of PARTS) {
      const part = place.frame.getByRole('region', { name, exact: true });
      await expect(part.getByText(said)).toBeVisible();
      await expect(part.getByRole('button', { name: 'Try again' })).toBeVisible();
    }
    await examine(place, `admin · every part ${state}`);
    await page.unroute(ALL);
  }
});

for (const [name, path] of PARTS) {
  test(`the part ${name} that failed leaves the others, and comes when it is asked for again`, async ({ page, open }) => {
    await refuse(page, path);
    const place = await open('kept-admin');
    const part = place.frame.getByRole('region', { name, exact: true });
    await expect(part.getByText('The app cannot answer right now')).toBeVisible();
    await expect(place.frame.getByRole('region', { name: 'Installation', exact: true })).toContainText('Active');
    await page.unroute(path);
    await part.getByRole('button', { name: 'Try again' }).click();
    await expect(part.getByText('The app cannot answer right now')).toHaveCount(0);
    await loaded(place);
  });
}

const NEXT_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString();

const DUE = 'The data of this site is due to be deleted';
const LAPSED = 'The licence of the app has ended on this site.';
const NO_MAIL = 'Mail to your address for notices came back';

/** How an installation may stand, what its state is called then, and what else the page has to say. */
const STANDS = [
  ['suspected', { state: 'suspected', dueAt: NEXT_MONTH, reason: 'lapsed' }, 'Deletion scheduled', [DUE, LAPSED]],
  ['disabled', { state: 'disabled' }, 'Disabled', []],
  ['left', { state: 'marked', dueAt: NEXT_MONTH, reason: 'left' }, 'Uninstalled', [DUE]],
  ['to go early', { state: 'marked', dueAt: NEXT_MONTH, reason: 'asked' }, 'Deletion scheduled', [DUE, 'It was asked for']],
  ['erasing', { state: 'erasing', dueAt: NEXT_MONTH, reason: 'left' }, 'Being deleted', [DUE]],
  ['with an address that takes no mail', { contactState: 'undeliverable' }, 'Active', [NO_MAIL]],
] as const;

const ALL_SAID = [DUE, LAPSED, 'It was asked for', NO_MAIL] as const;

for (const [what, session, state, said] of STANDS) {
  test(`an installation that is ${what} is shown as it is`, async ({ page, open }) => {
    await change(page, '**/api/v1/session', session);
    const place = await open('kept-admin');
    await loaded(place);
    const installation = place.frame.getByRole('region', { name: 'Installation', exact: true });
    await expect(installation.locator('dd').nth(2)).toHaveText(state);
    for (const text of ALL_SAID) {
      await expect(place.frame.getByText(text)).toHaveCount((said as readonly string[]).includes(text) ? 1 : 0);
    }
    await expect(installation.locator(`time[datetime="${NEXT_MONTH}"]`)).toHaveCount('dueAt' in session ? 1 : 0);
    await examine(place, `admin · installation ${what}`);
  });
}

async function withNews(page: Page): Promise<void> {
  const at = new Date().toISOString();
  const entry = { at, who: 'mara', role: 'lead', ticket: '7KQX-M2PD', reason: 'to see what hangs', about: null };
  const kinds = ['bundle_opened', 'replied', 'ticket_read', 'a_kind_of_a_newer_service'];
  const items = kinds.map((kind, sequence) => ({ ...entry, kind, sequence: String(sequence) }));
  await change(page, '**/api/v1/access-log*', { items, nextCursor: 'more' });
  await change(page, '**/api/v1/statement', {
    number: 1,
    newest: { number: 2, effectiveAt: NEXT_MONTH, publishedAt: at, inForce: false, changes: CHANGES },
  });
}

test('who looked, and what the statement changed, are listed', async ({ page, open }) => {
  await withNews(page);
  const place = await open('kept-admin');
  const log = place.frame.getByRole('region', { name: 'Access log', exact: true });
  await expect(log.getByText('Opened what was sent with a report')).toBeVisible();
  await expect(log.getByRole('button', { name: 'Show more' })).toBeVisible();
  const statement = place.frame.getByRole('region', { name: 'Privacy statement', exact: true });
  await expect(statement.getByText('Matters')).toBeVisible();
  await expect(statement.getByText('It takes effect on')).toBeVisible();
  await expect(statement).toContainText('Version 1 is in force, since');
  await expect(statement).toContainText('Operation data: how long we keep it: at most 14 days → at most 9 days');
  await expect(statement).toContainText('Cookie k: added');
  // What the policy itself calls it is there for whoever asks.
  await expect(statement.getByText('classes › operation')).toBeHidden();
  await statement.getByText('In the policy itself').first().click();
  await expect(statement.getByText('classes › operation')).toBeVisible();
  await examine(place, 'admin · accesses and changes');
  await page.setViewportSize({ width: 320, height: 900 });
  await examineWidth(place, 'admin · accesses and changes');
});

test('whoever is told of changes is named, and whoever is not may set the address from there', async ({ page, world, open }) => {
  const { frame } = await open('kept-admin');
  const statement = frame.getByRole('region', { name: 'Privacy statement', exact: true });
  await statement.getByRole('button', { name: 'Set the address' }).click();
  await expect(frame.getByLabel('Address for notices')).toBeFocused();
  await frame.getByLabel('Address for notices').fill('privacy@example.com');
  await frame.getByRole('button', { name: 'Save settings' }).click();
  await expect(statement.getByText('privacy@example.com')).toBeVisible();
  const feed = await statement.getByRole('link', { name: /^Subscribe to changes/ }).getAttribute('href');
  const answer = await page.request.get(new URL(feed ?? '', world.serviceUrl).href);
  expect(answer.headers()['content-type']).toContain('application/atom+xml');
});

test('the dialog of a deletion loads, fails, and says what has changed below it', async ({ page, world, open }) => {
  await world.sandbox.editIssues();
  const release = await hold(page, PREVIEW);
  const place = await open('kept-admin');
  const { frame } = place;
  await frame.getByRole('button', { name: 'Delete data' }).click();
  const dialog = frame.getByRole('dialog');
  await expect(dialog.getByLabel('Loading what would be deleted')).toBeVisible();
  await examine(place, 'admin · deletion dialog loading', { isLoading: true });
  await page.unroute(PREVIEW);
  await refuse(page, PREVIEW);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  release();
  await frame.getByRole('button', { name: 'Delete data' }).click();
  await expect(dialog.getByText('The app cannot answer right now')).toBeVisible();
  await examine(place, 'admin · deletion dialog failed');
  await page.unroute(PREVIEW);
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await dialog.getByLabel(/^Type .* to confirm$/).fill(new URL(world.sandbox.url).host);
  // The one that asks for it; the preview that comes anew is the service's own.
  await refuse(page, PREVIEW, 409, 'state_changed', /confirmation/);
  await dialog.getByRole('button', { name: 'Delete data' }).click();
  await expect(dialog.getByText('has changed meanwhile')).toBeVisible();
  await expect(dialog.getByLabel(/^Type .* to confirm$/)).toHaveValue('');
  await examine(place, 'admin · deletion dialog changed');
  await page.setViewportSize({ width: 320, height: 900 });
  await examineWidth(place, 'admin · deletion dialog');
});

test('in Confluence the page is the same', async ({ world, open }) => {
  await world.sandbox.install('confluence');
  const place = await open('kept-admin', 'confluence');
  await expect(place.frame.getByRole('region', { name: 'Installation', exact: true })).toContainText('Confluence');
  await examine(place, 'admin · Confluence');
});
