import { expect, test } from '../support/fixtures.ts';

const OPENINGS = 5;
const SLOWER = 4;
/** 10 Mbit in a second. */
const BYTES_PER_SECOND = 1_250_000;
const LATENCY_MILLISECONDS = 20;

// Frames of another site are processes of their own otherwise, which would not be slowed down with the page.
test.use({ isolated: false });

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test('how soon administrators see something on a slow machine and line', async ({ page, world, open }) => {
  await world.sandbox.install();
  await world.sandbox.editIssues();
  const line = await page.context().newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const conditions = { offline: false, latency: LATENCY_MILLISECONDS, downloadThroughput: BYTES_PER_SECOND, uploadThroughput: BYTES_PER_SECOND };
  await line.send('Network.emulateNetworkConditions', conditions);
  const first: number[] = [];
  const whole: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    await line.send('Network.clearBrowserCache');
    await page.goto('about:blank');
    const { frame } = await open('kept-admin');
    await expect(frame.getByRole('status').filter({ hasText: 'As of' })).toBeVisible();
    const [paint, now] = await frame.evaluate(() => [
      performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      performance.now(),
    ]);
    first.push(paint ?? Number.NaN);
    whole.push(now ?? Number.NaN);
  }
  const description =
    `the admin page at a ${SLOWER} times slower processor and 10 Mbit/s, median of ${OPENINGS}: ` +
    `first content after ${Math.round(median(first))} ms, all data after ${Math.round(median(whole))} ms`;
  test.info().annotations.push({ type: 'measured', description });
  expect(median(first)).toBeGreaterThan(0);
});
