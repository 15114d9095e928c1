import { fileURLToPath } from 'node:url';

import { defineConfig } from '@playwright/test';

import { chromium } from './support/chromium.ts';

const target = (path: string) => fileURLToPath(new URL(`../../target/${path}`, import.meta.url));

const MEASURED = 'speed.spec.ts';

/** Each test has a service and a site of its own, so none knows of another and two of them can go side by side. */
export default defineConfig({
  testDir: 'specs',
  outputDir: target('browser'),
  reporter: [['list'], ['./support/reporter.ts']],
  fullyParallel: true,
  workers: 2,
  projects: [
    { name: 'pages', testIgnore: MEASURED },
    // What is measured has the machine to itself.
    { name: 'measured', testMatch: MEASURED, dependencies: ['pages'] },
  ],
  // Against hanging alone: the whole takes three minutes on an idle machine, and thirteen beside sixteen busy processes.
  timeout: 180_000,
  globalTimeout: 1_800_000,
  expect: {
    timeout: 30_000,
    toHaveScreenshot: {
      pathTemplate: '{testDir}/../pictures/{arg}{ext}',
      animations: 'disabled',
      caret: 'hide',
      scale: 'css',
      // Edges of letters are drawn a little differently on other machines; whatever else changes is more than this.
      maxDiffPixelRatio: 0.005,
    },
  },
  snapshotPathTemplate: '{testDir}/../outlines/{arg}{ext}',
  // A test that passes only now and then is a fault.
  retries: 0,
  forbidOnly: true,
  // Outlines are compared, and never written by a run that nobody looks at.
  updateSnapshots: 'none',
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
