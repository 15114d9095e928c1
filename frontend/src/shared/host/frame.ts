import { atlassianHost } from './ap.ts';

/** The product answers a request to fill the page within this time, or it does not at all. */
const ANSWER_WITHIN_MILLISECONDS = 500;

/** A frame that nobody has sized has the browser's 150 pixels. */
const UNSIZED_BELOW_PIXELS = 200;

/**
 * Makes the frame fill the page around it. Products only allow that for full pages, and say nothing when they refuse,
 * so a frame that stays low is made as high as its content instead, and follows it.
 */
export function fitFrame(content: HTMLElement): void {
  const host = atlassianHost();
  host?.sizeToParent?.();

  window.setTimeout(() => {
    if (window.innerHeight < UNSIZED_BELOW_PIXELS) {
      new ResizeObserver(() => host?.resize?.('100%', `${content.offsetHeight}px`)).observe(content);
    }
  }, ANSWER_WITHIN_MILLISECONDS);
}
