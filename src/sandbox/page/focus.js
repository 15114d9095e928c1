/** Whoever works with the keyboard stays where they are when a part of the page is drawn anew. */

const CONTROLS = 'a[href], button, summary, select, input, textarea, iframe, [tabindex]';

/**
 * Replaces what is in an element. If one of its controls has the focus, the one that comes in its place gets it; if none
 * does, the element itself, where that may have it.
 *
 * @param {Element | null} within
 * @param {...Node} children
 */
export function replaceWithin(within, ...children) {
  if (!within) return;
  const held = within !== document.activeElement && within.contains(document.activeElement) ? document.activeElement : null;
  const key = held && keyOf(held);
  const place = held ? controls(within).filter((one) => keyOf(one) === key).indexOf(held) : 0;
  within.replaceChildren(...children);
  if (held === null) return;
  const alike = controls(within).filter((one) => keyOf(one) === key);
  const next = alike[place] ?? alike.at(-1) ?? (within.hasAttribute('tabindex') ? within : controls(within)[0]);
  /** @type {HTMLElement | undefined} */ (next)?.focus({ preventScroll: true });
}

/** @param {Element} within */
function controls(within) {
  return [...within.querySelectorAll(CONTROLS)];
}

/** What a control is known by: a name of its own, where it leads, or what stands on it. @param {Element} control */
function keyOf(control) {
  const known = ['data-key', 'href', 'name', 'aria-label'].map((name) => control.getAttribute(name));
  return `${control.tagName} ${known.find((value) => value) ?? control.textContent}`;
}
