/** @import { FlagOptions } from './types.d.ts' */
import { h } from './dom.js';

/** How long a flag stays that closes by itself. */
const STAYS_MILLISECONDS = 8000;

/** More would cover the page. */
const AT_ONCE = 3;

const SIGNS = { success: '✓', error: '!', warning: '!', info: 'i' };

/**
 * Shows a flag in the corner of the page.
 *
 * @param {Omit<FlagOptions, 'id'> & { id?: string }} options
 * @returns {{ close: () => void }}
 */
export function showFlag(options) {
  const type = /** @type {keyof typeof SIGNS} */ (options.type in SIGNS ? options.type : 'info');
  const close = () => {
    if (!flag.isConnected) return;
    flag.remove();
    options.onClose?.(options.id ?? '');
  };
  const actions = (options.actions ?? []).map((action) =>
    h('button', { type: 'button', class: 'link', onclick: action.executeAction }, action.actionText),
  );
  const flag = h(
    'div',
    { class: `flag flag-${type}`, id: options.id && `ap-flag-${options.id}` },
    h('span', { class: 'flag-sign', 'aria-hidden': 'true' }, SIGNS[type]),
    h(
      'div',
      { class: 'flag-text' },
      h('strong', {}, options.title ?? ''),
      h('div', {}, options.body ?? ''),
      actions.length > 0 && h('div', { class: 'flag-actions' }, ...actions),
    ),
    h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: close }, '×'),
  );
  const corner = document.getElementById('flags');
  corner?.prepend(flag);
  corner?.children[AT_ONCE]?.remove();
  if (options.close !== 'manual') setTimeout(close, STAYS_MILLISECONDS);
  return { close };
}
