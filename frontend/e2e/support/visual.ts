import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { expect, type Frame, type Page, test } from '@playwright/test';

import { drawn, loaded, type Place, setTheme, type Theme, THEMES } from './look.ts';

const RECORDED = fileURLToPath(new URL('../pictures/drawn-with.json', import.meta.url));

/** The kind of note that the reporter prints about pictures. */
export const PICTURES_NOTE = 'pictures';

/** What letters and lines look like: another browser or font draws other ones, which says nothing of the page. */
interface Drawing {
  readonly chromium: string;
  readonly font: string;
}

/** The browser, and the font that it takes for the words of our pages. */
async function drawingOf(page: Page): Promise<Drawing> {
  const tools = await page.context().newCDPSession(page);
  await tools.send('DOM.enable');
  await tools.send('CSS.enable');
  const { root } = await tools.send('DOM.getDocument');
  const { nodeId } = await tools.send('DOM.querySelector', { nodeId: root.nodeId, selector: 'h1' });
  const { fonts } = await tools.send('CSS.getPlatformFontsForNode', { nodeId });
  await tools.detach();
  const [chromium = ''] = page.context().browser()?.version().split('.') ?? [];
  return { chromium, font: fonts[0]?.familyName ?? 'none' };
}

/** Whether pictures of this machine can be compared with those that are kept. Where they are made anew, it says with what. */
export async function canCompare(page: Page): Promise<boolean> {
  const here = await drawingOf(page);
  if (test.info().config.updateSnapshots === 'all') {
    await writeFile(RECORDED, `${JSON.stringify(here, null, 2)}\n`);
    return true;
  }
  const kept = JSON.parse(await readFile(RECORDED, 'utf8')) as Drawing;
  const isSame = here.chromium === kept.chromium && here.font === kept.font;
  const told = ({ chromium, font }: Drawing) => `Chromium ${chromium} with ${font}`;
  const what = isSame ? `compared, drawn by ${told(here)}` : `NOT compared: this is ${told(here)}, they are of ${told(kept)}`;
  test.info().annotations.push({ type: PICTURES_NOTE, description: what });
  return isSame;
}

/** What differs with each run stands as something that does not: moments, numbers, and the names of what was made. */
async function holdStill(frame: Frame): Promise<void> {
  await frame.evaluate(() => {
    document.querySelectorAll<HTMLInputElement>('input[type^="date"]').forEach((field) => (field.value = ''));
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const moment = /\d{1,2}:\d{2}|\d{1,2}\.? \p{L}{3,9}\.? \d{4}|\d{4}-\d{2}-\d{2}/u;
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node as Text;
      const isMoment = text.parentElement?.closest('time') != null || moment.test(text.data);
      text.data = isMoment ? '–' : text.data.replaceAll(/[0-9A-Z]{4}-[0-9A-Z]{4}/g, '####-####').replaceAll(/\d+/g, '#');
    }
  });
}

/** The part of the window that is the document's own. */
async function boxOf({ page, frame }: Place) {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const element = frame === page.mainFrame() ? null : await frame.frameElement();
  const box = (await element?.boundingBox()) ?? { x: 0, y: 0, width, height };
  return { x: box.x, y: box.y, width: Math.min(box.width, width - box.x), height: Math.min(box.height, height - box.y) };
}

export async function pose(place: Place, theme: Theme) {
  await loaded(place);
  await holdStill(place.frame);
  await setTheme(place, theme);
  await drawn(place);
  return { clip: await boxOf(place) };
}

/** Compares what is in view with the picture of it that is kept, in light and in dark. */
export async function expectPictures(place: Place, name: string): Promise<void> {
  for (const theme of THEMES) {
    await expect.soft(place.page).toHaveScreenshot(`${name}-${theme}.png`, await pose(place, theme));
  }
}
