import type { Page } from '@playwright/test';

import { change } from '../support/answers.ts';
import { expect, openInForge, test } from '../support/fixtures.ts';
import { tabTo } from '../support/keyboard.ts';
import { examine, examineWidth, loaded, type Place, widenFrame } from '../support/look.ts';
import { outline } from '../support/outline.ts';
import { askToSee, DESCRIPTION, fileReport } from '../support/report.ts';

// As wide as a product shows it: the site's own parts leave a frame in which tables have room.
test.use({ viewport: { width: 1600, height: 1000 } });

const WIDTH = 1280;

/** Three classes whose order by size is neither that of the service nor that of how sizes are written. */
async function withClasses(page: Page): Promise<void> {
  const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const sized = (name: string, records: number, bytes: number, days: number) =>
    ({ class: name, records, bytes, oldestAt: at(-days), nextExpiryAt: at(days), kinds: {} });
  await change(page, '**/api/v1/data/summary', {
    classes: [sized('operation', 30, 9_000, 2), sized('support', 2, 1_500_000, 30), sized('account', 1, 700, 90)],
  });
}

async function firstCells({ frame }: Place, table: string): Promise<readonly string[]> {
  const rows = frame.getByRole('table', { name: table }).getByRole('row');
  const names = await rows.locator('td:first-child').allInnerTexts();
  return names.map((name) => name.split('\n')[0] ?? '');
}

test('in a wide frame what is stored and every record are tables', async ({ world, open }) => {
  await world.sandbox.install();
  await world.sandbox.editIssues();
  const place = await open('kept-admin');
  const { frame } = place;
  await loaded(place);
  await widenFrame(place, WIDTH);
  const stored = frame.getByRole('table', { name: 'Stored data by class' });
  await expect(stored.getByRole('columnheader')).toHaveText(['Data', 'Records', 'Size', 'Oldest record', 'Next deletion']);
  await expect(stored.getByRole('row').filter({ hasText: 'Operation data' })).toContainText('kB');
  await frame.getByRole('button', { name: 'Show records' }).click();
  const records = frame.getByRole('table', { name: 'Records' });
  await expect(records.getByRole('row').filter({ hasText: 'issue copy' }).first()).toBeVisible();
  await expect(frame.getByRole('button', { name: 'Save settings' })).toBeVisible();
  expect(await outline(frame.getByRole('main'))).toMatchSnapshot('admin-wide.txt');
  await examine(place, 'admin · wide');
  await examineWidth(place, 'admin · wide');
});

test('the table of what is stored is sorted without the mouse', async ({ page, world, open }) => {
  await world.sandbox.install();
  await withClasses(page);
  const place = await open('kept-admin');
  await loaded(place);
  expect(await firstCells(place, 'Stored data by class')).toEqual(['Operation data', 'Support data', 'Account data']);
  await tabTo(page, place.frame, 'button', /^Size/);
  await page.keyboard.press('Enter');
  const size = place.frame.getByRole('columnheader', { name: /^Size/ });
  await expect(size).toHaveAttribute('aria-sort', 'ascending');
  expect(await firstCells(place, 'Stored data by class')).toEqual(['Account data', 'Operation data', 'Support data']);
  await page.keyboard.press('Enter');
  await expect(size).toHaveAttribute('aria-sort', 'descending');
  expect(await firstCells(place, 'Stored data by class')).toEqual(['Support data', 'Operation data', 'Account data']);
  await examine(place, 'admin · wide and sorted');
});

test('in a wide frame a report is written, looked at and listed', async ({ world, open }) => {
  await world.sandbox.install();
  const report = await open('kept-report');
  await widenFrame(report, WIDTH);
  await report.frame.getByLabel('Description').fill(DESCRIPTION);
  await askToSee(report.frame);
  await examine(report, 'report · wide');
  await examineWidth(report, 'report · wide');
  await fileReport(report.frame, true);
  const admin = await open('kept-admin');
  await loaded(admin);
  await admin.frame.getByRole('button', { name: /^Show details/ }).click();
  await loaded(admin);
  await examine(admin, 'admin · wide, with a report');
});

test('through Forge, a wide frame has the same tables', async ({ page, world }) => {
  await world.sandbox.installOnForge();
  await world.sandbox.editIssues();
  const place = await openInForge(page, world.sandbox, 'kept-admin');
  await widenFrame(place, WIDTH);
  await expect(place.frame.getByRole('table', { name: 'Stored data by class' })).toBeVisible();
  await place.frame.getByRole('button', { name: 'Show records' }).click();
  await expect(place.frame.getByRole('table', { name: 'Records' })).toBeVisible();
  await examine(place, 'forge · admin · wide');
  await examineWidth(place, 'forge · admin · wide');
  const report = await openInForge(page, world.sandbox, 'kept-report');
  await report.frame.getByLabel('Description').fill(DESCRIPTION);
  await askToSee(report.frame);
  await examine(report, 'forge · report · wide');
});

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });

  test('tables have room for German words too', async ({ world, open }) => {
    await world.sandbox.install();
    await world.sandbox.editIssues();
    const place = await open('kept-admin');
    await loaded(place);
    await widenFrame(place, WIDTH);
    const stored = place.frame.getByRole('table', { name: 'Gespeicherte Daten nach Datenart' });
    const sorts = stored.getByRole('button', { name: 'Datensätze' });
    await expect(sorts).toHaveAttribute('aria-roledescription', 'Schaltfläche zum Sortieren');
    await sorts.click();
    await expect(place.frame.getByText('Sort ascending')).toHaveCount(0);
    await place.frame.getByRole('button', { name: 'Datensätze anzeigen' }).click();
    await expect(place.frame.getByRole('cell', { name: /Kopie eines Vorgangs/ }).first()).toBeVisible();
    await examine(place, 'german · admin · wide');
    await examineWidth(place, 'german · admin · wide');
  });
});
