/** A frame of a product grows with what is in it, a moment after it is drawn; later than this nobody is moved any more. */
const GROWS_WITHIN_MILLISECONDS = 1_000;

/** Brings somebody to the beginning of a part: the eye, and the keyboard with it. */
export function bringTo(part: HTMLElement | null): void {
  if (part === null) {
    return;
  }
  const show = () => part.scrollIntoView({ block: 'start' });
  part.focus({ preventScroll: true });
  show();
  // While the frame is as small as before there may be no room to scroll.
  window.addEventListener('resize', show, { once: true, signal: AbortSignal.timeout(GROWS_WITHIN_MILLISECONDS) });
}
