import { expect, type Frame } from '@playwright/test';

import { test } from '../support/fixtures.ts';
import { alone, examine } from '../support/look.ts';
import { askToSee } from '../support/report.ts';
import { Person } from '../support/staff.ts';
import type { World } from '../support/world.ts';

const SENTENCE = 'Settings cannot be saved from old pages; a reload helps.';

/** Sends what the service refuses, and returns the id under which its log has that. */
async function refusedId(world: World): Promise<string> {
  const refused = await world.ask('PUT', '/api/v1/settings', { contact: 1 }).then(() => '', String);
  return /"requestId":"([^"]+)"/.exec(refused)?.[1] ?? '';
}

/** Describes a problem under the id of an error, and looks at what would be sent. */
async function look(frame: Frame, errorId: string): Promise<void> {
  await frame.getByLabel('Description').fill('Nothing is saved.');
  await frame.getByLabel('Request id (optional)').fill(errorId);
  await askToSee(frame);
}

async function send(frame: Frame): Promise<void> {
  await frame.getByLabel('Your mail address').fill('max.sample@example.com');
  await frame.getByRole('button', { name: 'Send report' }).click();
  await expect(frame.getByText('Your report has arrived.')).toBeVisible();
}

test('whoever reports an error that support knows reads that first, and lets the report follow', async ({ page, world, open }) => {
  test.slow();
  await world.sandbox.install();
  const ids = [await refusedId(world), await refusedId(world)] as const;
  const first = await open('kept-report');
  await look(first.frame, ids[0]);
  await expect(first.frame.getByText('This problem is known')).toHaveCount(0);
  await send(first.frame);

  const mara = await Person.join(world, 'mara', 'lead');
  await page.goto(`${world.serviceUrl}/console`);
  await mara.signInAnew(page);
  await page.getByRole('rowheader').getByRole('link').click();
  await page.getByRole('button', { name: 'Say that it is known' }).click();
  await expect(page.getByText('Enter one sentence of at most 300 letters.')).toBeVisible();
  await examine(alone(page), 'console known problem with fault');
  await page.getByLabel('What is known of this error').fill(SENTENCE);
  await page.getByRole('button', { name: 'Say that it is known' }).click();
  await expect(page.getByText('Whoever reports the same error reads it now.')).toBeVisible();

  const second = await open('kept-report');
  await look(second.frame, ids[1]);
  await expect(second.frame.getByText(SENTENCE)).toBeVisible();
  await examine(second, 'report of a known problem');
  await expect(second.frame.getByRole('checkbox', { name: /^Follow it/ })).toBeChecked();
  await send(second.frame);

  await page.goto(`${world.serviceUrl}/console`);
  await expect(page.getByRole('rowheader').getByRole('link')).toHaveCount(2);
  await expect(page.getByText('follows another ticket')).toHaveCount(1);
});
