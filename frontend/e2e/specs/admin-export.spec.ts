import { hold, refuse } from '../support/answers.ts';
import { expect, test } from '../support/fixtures.ts';
import { halfFile } from '../support/halfFile.ts';
import { examine, loaded } from '../support/look.ts';

test.beforeEach(async ({ world }) => {
  await world.sandbox.install();
});

test('an export runs, or fails, and says so', async ({ page, open }) => {
  const path = /\/api\/v1\/data\/export$/;
  const release = await hold(page, path);
  const place = await open('kept-admin');
  const data = place.frame.getByRole('region', { name: 'Stored data', exact: true });
  await data.getByRole('button', { name: 'Download my data' }).click();
  await expect(data.getByText('Preparing the file')).toBeVisible();
  await examine(place, 'admin · export running', { isLoading: true });
  await page.unroute(path);
  await refuse(page, path);
  release();
  await page.reload();
  const again = await open('kept-admin');
  await again.frame.getByRole('button', { name: 'Download my data' }).click();
  await expect(again.frame.getByText('The app cannot answer right now')).toBeVisible();
  await examine(again, 'admin · export failed');
});

test('an export says how much has come, and one that breaks off is never saved', async ({ page, open }) => {
  const saved: string[] = [];
  page.on('download', (download) => saved.push(download.suggestedFilename()));
  const file = await halfFile(page, /\/api\/v1\/data\/export$/, 'application/zip');
  const place = await open('kept-admin');
  await loaded(place);
  const data = place.frame.getByRole('region', { name: 'Stored data', exact: true });
  await data.getByRole('button', { name: 'Download my data' }).click();
  await expect(data.getByText('Preparing the file')).toBeVisible();
  await file.send(2000);
  await expect(data.getByText('2 kB so far')).toBeVisible();
  await file.send(3000);
  await expect(data.getByText('5 kB so far')).toBeVisible();
  await examine(place, 'admin · export under way', { isLoading: true });
  await file.breakOff();
  await expect(data.getByText('The app could not be reached')).toBeVisible();
  await expect(data.getByText('so far')).toHaveCount(0);
  await examine(place, 'admin · export broken off');
  expect(saved).toEqual([]);
});
