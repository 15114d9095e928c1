import { fileURLToPath } from 'node:url';

import { defineConfig } from '@playwright/test';

import { chromium } from './support/chromium.ts';

const target = (path: string) => fileURLToPath(new URL(`../../target/${path}`, import.meta.url));

/** One test after the other, each with a service and a site of its own, so none knows of another. */
export default defineConfig({
  testDir: 'specs',
  outputDir: target('browser'),
  reporter: [['list'], ['./support/reporter.ts']],
  workers: 1,
  // Bounds for a machine that has much else to do; alone, the whole takes a few minutes.
  timeout: 180_000,
  globalTimeout: 900_000,
  expect: { timeout: 30_000 },
  // A test that passes only now and then is a fault.
  retries: 0,
  forbidOnly: true,
  use: {
    browserName: 'chromium',
    actionTimeout: 30_000,
    navigationTimeout: 30_000,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium(),
      args: [
        // The tests run as root on machines for builds.
        '--no-sandbox',
        '--disable-dev-shm-usage',
        // Whatever a page asks for elsewhere is counted as a fault, and never leaves this machine.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
      ],
    },
  },
});
