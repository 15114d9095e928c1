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
  await page.evaluate((mode) => {
    const { dataset } = document.documentElement;
    // Only the site has names of themes. Other pages follow the browser by themselves.
    if (dataset['theme'] !== undefined) {
      localStorage.setItem('sandbox-theme', mode);
      dataset['colorMode'] = mode;
      // The host code looks for changes of this one.
      dataset['theme'] = String(dataset['theme']);
    }
  }, theme);
  // Public pages have no such attribute: theirs is a matter of the style sheet alone.
  await expect.poll(() => frame.evaluate(() => document.documentElement.dataset['colorMode'] ?? 'none')).toMatch(new RegExp(`^(${theme}|none)$`));
}

/** Gives the frame itself this width, whatever the site around it takes. */
export async function widenFrame({ page, frame }: Place, width: number): Promise<void> {
  const window = page.viewportSize() ?? { width: 0, height: 0 };
  const beside = window.width - (await frame.evaluate(() => innerWidth));
  await page.setViewportSize({ ...window, width: width + beside });
  await expect.poll(() => frame.evaluate(() => innerWidth)).toBe(width);
}

/** A picture of the whole page, as high as what is in it, in the folder of build output. */
export async function picture({ page, frame }: Place, name: string): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 720 };
  const within = await frame.evaluate(() => document.documentElement.scrollHeight);
  const around = frame === page.mainFrame() ? 0 : 80;
  const height = Math.min(Math.max(within + around, LEAST_PIXELS), MOST_PIXELS);
  await page.setViewportSize({ width: before.width, height });
  // A frame of another site hears of its new height from the page around it, and draws what it has room for now after that.
  await drawn(alone(page));
  await drawn({ page, frame });
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, animations: 'disabled', caret: 'hide' });
  await page.setViewportSize(before);
}

/** Nothing is to be scrolled sideways but what says so itself. Looked at when the page is drawn and has what it asked for. */
export async function expectNoSidewaysScroll(place: Place, what: string): Promise<void> {
  const { frame } = place;
  await atRest(place);
  const beyond = await frame.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  expect.soft(beyond, `${what} has to be scrolled sideways`).toBeLessThanOrEqual(0);
}

/** What pages show in place of a part that they still wait for, and of all of it before the script has come. */
const WAITING = '.loading, .waiting';

/** Until every part of the page has come: with the first ones there, others may still be on their way. */
export async function loaded({ frame }: Place): Promise<void> {
  await expect(frame.getByRole('heading').first()).toBeVisible();
  await expect(frame.locator(WAITING)).toHaveCount(0);
}

/** Until the page is drawn as it is going to stay: colours pass over into those of another theme, and boxes into their places. */
export async function drawn({ frame }: Place): Promise<void> {
  await frame.evaluate(async () => {
    const drawing = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const passing = () => document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    // A change that came with the last drawing may begin a transition in the next one.
    await drawing();
    await drawing();
    for (let transitions = passing(); transitions.length > 0; transitions = passing()) {
      transitions.forEach((transition) => transition.finish());
      await drawing();
    }
  });
}

async function atRest(place: Place): Promise<void> {
  await loaded(place);
  await drawn(place);
}

const fileOf = (name: string) => name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase();

/** Everything that is looked at in one state: axe and a picture in light and dark. */
export async function examine(place: Place, name: string, { isLoading = false } = {}): Promise<void> {
  if (!isLoading) {
    await loaded(place);
  }
  for (const theme of THEMES) {
    await setTheme(place, theme);
    await drawn(place);
    await checkWithAxe(place.frame, `${name} · ${theme}`);
    await picture(place, `${fileOf(name)}-${theme}`);
  }
  await setTheme(place, 'light');
}

/** The same page in the width that the window has: parts may be other ones than in a wide window. */
export async function examineWidth(place: Place, name: string): Promise<void> {
  const width = place.page.viewportSize()?.width ?? 0;
  await expectNoSidewaysScroll(place, `${name} at ${width} px`);
  await checkWithAxe(place.frame, `${name} · ${width} px`);
  await picture(place, `${fileOf(name)}-${width}`);
}
