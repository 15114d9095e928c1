import type { Frame, Page } from '@playwright/test';

/** The page's own words, drawn by its own script: the shell, which says that the page loads, has no heading. */
export const HEADING = 'h1';

/** The first thing that the service told: how the installation stands. */
export const FACTS = '#installation ~ * dd';

/** Notes in every frame when something is first on the screen, in milliseconds since the frame began to load. */
export async function noteWhenSeen(page: Page): Promise<void> {
  await page.addInitScript((selectors) => {
    const seen: Record<string, number> = {};
    Reflect.set(window, 'keptSeen', seen);
    const watcher = new MutationObserver(() => {
      for (const selector of selectors.filter((selector) => !(selector in seen) && document.querySelector(selector) !== null)) {
        seen[selector] = Infinity;
        // It is in the document now, is drawn in this frame, and is on the screen when the next one begins.
        requestAnimationFrame(() => requestAnimationFrame(() => (seen[selector] = performance.now())));
      }
    });
    watcher.observe(document, { childList: true, subtree: true });
  }, [HEADING, FACTS]);
}

export function seenAfter(frame: Frame, selector: string): Promise<number> {
  return frame.evaluate((selector) => {
    const seen = Reflect.get(window, 'keptSeen') as Readonly<Record<string, number>>;
    return seen[selector] ?? Number.NaN;
  }, selector);
}
