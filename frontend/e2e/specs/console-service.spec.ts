import { type Page } from '@playwright/test';

import { change, hold, refuse } from '../support/answers.ts';
import { expect, test } from '../support/fixtures.ts';
import { tabTo } from '../support/keyboard.ts';
import { alone, examine, examineWidth } from '../support/look.ts';
import { Person } from '../support/staff.ts';
import type { World } from '../support/world.ts';

const DAY_MILLISECONDS = 86_400_000;
const AT = new Date(Date.now() - DAY_MILLISECONDS).toISOString();
const LATER = new Date(Date.now() + DAY_MILLISECONDS).toISOString();

async function signedIn(page: Page, world: World): Promise<void> {
  const otto = await Person.join(world, 'otto', 'operator');
  await page.goto(`${world.serviceUrl}/console`);
  await otto.signInAnew(page);
}

/** Goes to a section with the keyboard alone. */
async function goTo(page: Page, section: string): Promise<void> {
  await tabTo(page, page.mainFrame(), 'link', new RegExp(`^${section}$`));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: section })).toBeVisible();
}

const JOB = { tenant: '12', runAt: AT, leaseUntil: null, attempts: 12, createdAt: AT, isHeld: false };
const DEAD = { ...JOB, id: '7', kind: 'notice', lastError: 'the mail server closed the connection' };
const RUNNING = { ...JOB, id: '8', kind: 'probe', attempts: 1, leaseUntil: LATER, lastError: null };

test('an operator tries again what has failed for good, without ever touching the mouse', async ({ page, world }) => {
  await world.sandbox.install();
  await signedIn(page, world);
  const asked: string[] = [];
  await page.route('**/console/api/v1/jobs/7/retry', async (route) => {
    asked.push(route.request().method());
    await page.unroute('**/console/api/v1/jobs');
    await route.fulfill({ status: 204 });
  });
  await change(page, '**/console/api/v1/jobs', { dead: [DEAD], running: [RUNNING], counts: { queued: 3, due: 1, running: 1, dead: 1 } });
  await goTo(page, 'Jobs');
  await expect(page.getByText('the mail server closed the connection')).toBeVisible();
  await examine(alone(page), 'console jobs · dead and running');
  await tabTo(page, page.mainFrame(), 'button', /^Try again: /);
  await page.keyboard.press('Enter');
  await expect(page.getByText('the mail server closed the connection')).toHaveCount(0);
  expect(asked).toEqual(['POST']);
});

test('erasures that are held, under way or not confirmed are shown as they are', async ({ page, world }) => {
  await world.sandbox.install();
  await signedIn(page, world);
  await change(page, '**/console/api/v1/erasures', {
    brakes: ['paused', 'clock', 'suspicions', 'erasures'].map((brake) => ({ brake, engagedAt: AT })),
    underWay: [
      { tenant: '12', step: 'shredded', reason: 'left', frozenAt: AT },
      { tenant: '13', step: 'a_step_of_a_newer_service', reason: 'asked', frozenAt: AT },
    ],
    pending: [
      { tenant: '9', processor: 'Mail Example', toldAt: AT, dueAt: LATER, isSilent: false },
      { tenant: '8', processor: 'Mail Example', toldAt: null, dueAt: AT, isSilent: true },
    ],
  });
  // They stand below the installations, where an operator begins.
  await page.reload();
  await expect(page.getByText('Erasures are held')).toBeVisible();
  await examine(alone(page), 'console installations · brakes, erasures and processors');
  for (const width of [320, 768] as const) {
    await page.setViewportSize({ width, height: 900 });
    await examineWidth(alone(page), 'console installations with erasures');
  }
});

const SECTIONS = [
  ['Installations', /\/console\/api\/v1\/(tenants|erasures|receipts)(\?|$)/],
  ['What is due', /\/console\/api\/v1\/due/],
  ['Jobs', /\/console\/api\/v1\/jobs/],
] as const;

test('each section of an operator says that it loads, and that it failed', async ({ page, world }) => {
  test.slow();
  await world.sandbox.install();
  await signedIn(page, world);
  for (const [section, path] of SECTIONS) {
    const release = await hold(page, path);
    await goTo(page, section);
    if (section === 'Installations') {
      await page.reload();
    }
    await expect(page.getByRole('img', { name: 'Loading' }).first()).toBeVisible();
    await examine(alone(page), `console ${section} · loading`, { isLoading: true });
    release();
    await page.unroute(path);
    await refuse(page, path);
    await page.reload();
    await expect(page.getByText('The service cannot answer right now').first()).toBeVisible();
    await examine(alone(page), `console ${section} · failed`);
    await page.unroute(path);
  }
});

/** An erasure that was asked for is due a day later. */
const AHEAD_MILLISECONDS = 2 * DAY_MILLISECONDS;

test('when an erasure is done, its receipt is saved, without ever touching the mouse', async ({ page, world }) => {
  await world.sandbox.install();
  const { confirmation } = (await world.ask('POST', '/api/v1/data/erasure', { preview: true })) as { readonly confirmation: string };
  await world.ask('POST', '/api/v1/data/erasure', { confirmation });
  await world.stopService();
  await world.startService(new Date(Date.now() + AHEAD_MILLISECONDS));
  const otto = await Person.join(world, 'otto', 'operator', AHEAD_MILLISECONDS);
  await page.goto(`${world.serviceUrl}/console?lang=en`);
  await otto.signInAnew(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Installations' })).toBeVisible();
  const save = page.getByRole('button', { name: /^Save: Receipt/ });
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(save).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
  await examine(alone(page), 'console installations · a receipt');
  const coming = page.waitForEvent('download');
  await tabTo(page, page.mainFrame(), 'button', /^Save: Receipt/);
  await page.keyboard.press('Enter');
  expect((await coming).suggestedFilename()).toMatch(/^receipt-.*\.json$/);
});
