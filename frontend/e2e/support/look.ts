import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { expect, type Frame, type Page } from '@playwright/test';

import { checkWithAxe } from './axe.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../../target/screenshots/', import.meta.url));

export type Theme = 'light' | 'dark';
export const THEMES: readonly Theme[] = ['light', 'dark'];

/** The least height of a picture, and the most that anybody would look at. */
const LEAST_PIXELS = 600;
const MOST_PIXELS = 6000;

/** A document of ours: a page, or the frame of one with the site's page around it. */
export interface Place {
  readonly page: Page;
  readonly frame: Frame;
}

export function alone(page: Page): Place {
  return { page, frame: page.mainFrame() };
}

/** Switches the theme: of the site around the frame, which tells the frame, or of the browser. */
export async function setTheme({ page, frame }: Place, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  const isOfTheSite = await page.evaluate(() => document.documentElement.dataset['colorMode'] !== undefined);
  if (!isOfTheSite) {
    return;
  }
  await page.evaluate((mode) => {
    localStorage.setItem('sandbox-theme', mode);
    document.documentElement.dataset['colorMode'] = mode;
    // The host code looks for changes of this one.
    const { theme: themes } = document.documentElement.dataset;
    document.documentElement.dataset['theme'] = themes;
  }, theme);
  await expect.poll(() => frame.evaluate(() => document.documentElement.dataset['colorMode'])).toBe(theme);
}

/** A picture of the whole page, as high as what is in it, in the folder of build output. */
export async function picture({ page, frame }: Place, name: string): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 720 };
  const within = await frame.evaluate(() => document.documentElement.scrollHeight);
  const around = frame === page.mainFrame() ? 0 : 80;
  const height = Math.min(Math.max(within + around, LEAST_PIXELS), MOST_PIXELS);
  await page.setViewportSize({ width: before.width, height });
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, animations: 'disabled', caret: 'hide' });
  await page.setViewportSize(before);
}

/** Nothing is to be scrolled sideways but what says so itself. */
export async function expectNoSidewaysScroll({ frame }: Place, what: string): Promise<void> {
  const beyond = await frame.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  expect.soft(beyond, `${what} has to be scrolled sideways`).toBeLessThanOrEqual(0);
}

/** Colours pass over into those of another theme, and have their contrast only when they have arrived. */
async function settled({ frame }: Place): Promise<void> {
  await frame.evaluate(async () => {
    const passing = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(passing.map((animation) => animation.finished));
  });
}

/** Everything that is looked at in one state: axe and a picture in light and dark. */
export async function examine(place: Place, name: string): Promise<void> {
  for (const theme of THEMES) {
    await setTheme(place, theme);
    await settled(place);
    await checkWithAxe(place.frame, `${name} · ${theme}`);
    await picture(place, `${name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}-${theme}`);
  }
  await setTheme(place, 'light');
}
