import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * For something that goes away after its own button was used: hands the keyboard focus to the page, so that it does
 * not fall back to the very beginning of the frame.
 */
export function useFocusHandover<Part extends HTMLElement>(): RefObject<Part> {
  const part = useRef<Part>(null);
  useLayoutEffect(() => {
    const mounted = part.current;
    return () => {
      if (mounted?.contains(document.activeElement)) {
        document.querySelector('main')?.focus({ preventScroll: true });
      }
    };
  }, []);
  return part;
}
