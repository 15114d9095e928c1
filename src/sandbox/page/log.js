/**
 * What the site and the app said to each other, newest first.
 *
 * @import { LogLine } from './types.d.ts'
 */
import { h, lozenge } from './dom.js';
import { state } from './store.js';

/** Lines that were opened stay open when a new one comes. @type {Set<string>} */
const opened = new Set();

export function drawLog() {
  const lines = state().log.toReversed();
  const list = lines.length > 0 ? lines.map(entry) : [h('p', { class: 'hint' }, 'Nothing was said yet.')];
  document
    .getElementById('log')
    ?.replaceChildren(
      h('h2', {}, 'Calls'),
      h('p', { class: 'hint' }, `Between this site and ${state().appUrl}`),
      ...list,
    );
}

/** @param {LogLine} line */
function entry(line) {
  const id = `${line.at} ${line.target} ${line.what}`;
  const note = (/** @type {Event} */ event) => {
    if (/** @type {HTMLDetailsElement} */ (event.target).open) opened.add(id);
    else opened.delete(id);
  };
  const sent = line.direction === 'sent';
  return h(
    'details',
    { class: 'call', open: opened.has(id), ontoggle: note },
    h(
      'summary',
      {},
      h(
        'span',
        { class: 'call-what' },
        h('span', { 'aria-hidden': 'true' }, sent ? '→ ' : '← '),
        sent ? line.what : shortened(line.target),
      ),
      status(line.status),
      h('time', {}, line.at.slice(11, 19)),
    ),
    h(
      'dl',
      {},
      h('dt', {}, sent ? 'Sent to the app' : 'Asked by the app'),
      h('dd', {}, `${line.method} ${line.target}`),
      sent && h('dt', {}, 'Answer'),
      sent && h('dd', {}, line.answer || '(empty)'),
    ),
  );
}

/** @param {string} path */
function shortened(path) {
  return path.replace(/^\/install-keys\/.*/, 'install key').replace(/^.*\/rest\//, 'rest/');
}

/** @param {number} code */
function status(code) {
  if (code === 0) return lozenge('No answer', 'danger');
  return lozenge(String(code), code < 300 ? 'success' : code < 500 ? 'warning' : 'danger');
}
