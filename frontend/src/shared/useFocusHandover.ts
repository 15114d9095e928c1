import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * For something that goes away after its own button was used: hands the keyboard focus to what it stood in, so that it
 * does not fall back to the very beginning of the frame. The nearest part around it that may take the focus gets it;
 * that is the page, at the latest.
 */
export function useFocusHandover<Part extends HTMLElement>(): RefObject<Part> {
  const part = useRef<Part>(null);
  useLayoutEffect(() => {
    const mounted = part.current;
    return () => {
      if (mounted?.contains(document.activeElement)) {
        mounted.parentElement?.closest<HTMLElement>('[tabindex="-1"]')?.focus({ preventScroll: true });
      }
    };
  }, []);
  return part;
}
