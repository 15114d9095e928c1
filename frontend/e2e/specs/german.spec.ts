import { expect, test } from '../support/fixtures.ts';
import { examine, expectNoSidewaysScroll } from '../support/look.ts';
import { DESCRIPTION } from '../support/report.ts';

test.use({ locale: 'de-DE' });

const WIDTHS = [320, 768, 1280] as const;

test('an administrator reads the page in German', async ({ page, world, open }) => {
  await world.sandbox.install();
  await world.sandbox.editIssues();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const place = await open('kept-admin');
    const { frame } = place;
    await expect(frame.getByRole('button', { name: 'Einstellungen speichern' })).toBeVisible();
    await expect(frame.locator('html')).toHaveAttribute('lang', 'de-DE');
    await expect(frame.getByRole('region', { name: 'Installation', exact: true })).toContainText('Aktiv');
    await frame.getByRole('button', { name: 'Datensätze anzeigen' }).click();
    await expect(frame.getByText('Kopie eines Vorgangs').first()).toBeVisible();
    await expectNoSidewaysScroll(place, `the German admin page at ${width} px`);
    await examine(place, `german · admin · ${width}`);
    await frame.getByRole('button', { name: 'Daten löschen' }).click();
    await expect(frame.getByRole('dialog')).toContainText('Das wird für alle auf der Site gelöscht');
    await examine(place, `german · deletion dialog · ${width}`);
  }
});

test('a member reports a problem in German', async ({ page, world, open }) => {
  await world.sandbox.install();
  await world.sandbox.become('member');
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const place = await open('kept-report');
    const { frame } = place;
    await frame.getByRole('button', { name: 'Ansehen, was gesendet wird' }).click();
    await expect(frame.getByText('Beschreiben Sie das Problem.')).toBeVisible();
    await frame.getByLabel('Beschreibung').fill(DESCRIPTION);
    await frame.getByRole('button', { name: 'Ansehen, was gesendet wird' }).click();
    await expect(frame.getByRole('heading', { name: 'Was gesendet wird' })).toBeVisible();
    await expect(frame.locator('html')).toHaveAttribute('lang', 'de-DE');
    await expect(frame.getByText('Verdeckt: 1 E-Mail-Adresse, 1 Telefonnummer.')).toBeVisible();
    await expect(frame.getByRole('radio', { name: 'Deutsch' })).toBeChecked();
    await expectNoSidewaysScroll(place, `the German report page at ${width} px`);
    await examine(place, `german · report · ${width}`);
  }
});
