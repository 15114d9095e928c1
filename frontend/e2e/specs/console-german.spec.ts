import { expect, type Page } from '@playwright/test';

import { test } from '../support/fixtures.ts';
import { alone, examine, examineWidth, loaded } from '../support/look.ts';
import { fileReport } from '../support/report.ts';
import { Person } from '../support/staff.ts';
import type { World } from '../support/world.ts';

// Long words are where a narrow page breaks, so each page is looked at with those.
const WIDTHS = [320, 768, 1280] as const;

type Pages = readonly (readonly [path: string, heading: string])[];

async function examinePages(page: Page, world: World, pages: Pages): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const [path, heading] of pages) {
      await page.goto(`${world.serviceUrl}/console${path}?lang=de`);
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
      await expect(page.locator('html')).toHaveAttribute('lang', /^de/);
      await loaded(alone(page));
      await examineWidth(alone(page), `german · console ${heading.replaceAll(/[A-Z0-9]{4}-[A-Z0-9]{4}/g, 'ticket')}`);
    }
  }
}

test('signing in has room for German words in every window', async ({ page, world }) => {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${world.serviceUrl}/console?lang=de`);
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await expect(page.locator('[aria-invalid="true"]')).toHaveCount(3);
    await examineWidth(alone(page), 'german · console sign in with faults');
  }
});

test('the pages of whoever answers have room for German words in every window', async ({ page, world, open }) => {
  test.slow();
  await world.sandbox.install();
  await fileReport((await open('kept-report')).frame, false);
  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console?lang=en`);
  await mara.signInAnew(page);
  const number = await page.getByRole('rowheader').getByRole('link').innerText();
  await examinePages(page, world, [
    ['', 'Tickets'],
    [`/tickets/${number}`, number],
    ['/replies', 'Textbausteine'],
    ['/downloads', 'Downloads'],
    ['/reviews', 'Nachschau'],
    ['/audit', 'Aufzeichnungen'],
  ]);
  // The narrowest window in which the queue is a table.
  await page.setViewportSize({ width: 1120, height: 900 });
  await page.goto(`${world.serviceUrl}/console?lang=de`);
  await expect(page.getByRole('table', { name: 'Tickets' })).toBeVisible();
  await examineWidth(alone(page), 'german · console tickets');

  await page.setViewportSize({ width: 320, height: 900 });
  await page.goto(`${world.serviceUrl}/console/tickets/${number}?lang=de`);
  await page.getByRole('button', { name: 'Schließen…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await examine(alone(page), 'german · console close dialog · 320');
});

test('the pages of an operator have room for German words in every window', async ({ page, world }) => {
  test.slow();
  await world.sandbox.install();
  const otto = await Person.join(world, 'otto', 'operator');
  await page.goto(`${world.serviceUrl}/console?lang=en`);
  await otto.signInAnew(page);
  await examinePages(page, world, [
    ['/tenants', 'Installationen'],
    ['/due', 'Was ansteht'],
    ['/jobs', 'Aufträge'],
    ['/staff', 'Mitarbeiter'],
  ]);
});
