/**
 * What the site and the app said to each other, and the mails that the app sent, newest first.
 *
 * @import { LogLine, Mail } from './types.d.ts'
 */
import { h, lozenge } from './dom.js';
import { state } from './store.js';

/** As many lines as somebody reads. */
const LINES_MOST = 80;

/** The lines that are shown, by what they say. One that stays is not made anew, and so stays open and focused. @type {Map<string, HTMLElement>} */
let shown = new Map();

/** Where a line is added, which readers of the screen are told of. */
const list = h('div', { role: 'log', class: 'calls', 'aria-label': 'Calls and mails, the newest first' });
const about = h('p', { class: 'hint' });

export function drawLog() {
  const bar = document.getElementById('log');
  if (!list.isConnected) bar?.replaceChildren(h('h2', {}, 'Calls and mails'), about, list);
  const told = `Between this site and ${state().appUrl}, as they happen`;
  if (about.textContent !== told) about.textContent = told;

  const entries = new Map(lines().map(({ id, make }) => [id, shown.get(id) ?? make()]));
  shown = entries;
  const wanted = entries.size > 0 ? [...entries.values()] : [h('p', { class: 'hint' }, 'Nothing was said yet.')];
  wanted.forEach((entry, at) => {
    if (list.children[at] !== entry) list.insertBefore(entry, list.children[at] ?? null);
  });
  while (list.children.length > wanted.length) list.lastElementChild?.remove();
}

/** Calls and mails by time. Two that are alike are told apart by their number. */
function lines() {
  /** @type {Map<string, number>} */
  const alike = new Map();
  const id = (/** @type {string} */ text) => {
    const count = (alike.get(text) ?? 0) + 1;
    alike.set(text, count);
    return `${text} ${count}`;
  };
  const { log, mails } = state();
  return [
    ...log.map((line) => ({ at: line.at, id: id(`${line.at} ${line.target} ${line.what}`), make: () => call(line) })),
    ...mails.map((mail) => ({ at: mail.at, id: id(`mail ${mail.number}`), make: () => letter(mail) })),
  ]
    .sort((one, other) => other.at.localeCompare(one.at))
    .slice(0, LINES_MOST);
}

/** @param {LogLine} line */
function call(line) {
  const sent = line.direction === 'sent';
  return h(
    'details',
    { class: 'call' },
    h(
      'summary',
      {},
      h(
        'span',
        { class: 'call-what' },
        h('span', { 'aria-hidden': 'true' }, sent ? '→ ' : '← '),
        sent ? line.what : h('span', { class: 'call-path' }, h('bdi', { dir: 'ltr' }, shortened(line.target))),
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

/** @param {Mail} mail */
function letter(mail) {
  return h(
    'a',
    { class: 'call call-mail', href: `#/mails/${mail.number}` },
    h('span', { class: 'call-what' }, h('span', { 'aria-hidden': 'true' }, '✉ '), mail.subject),
    lozenge('Mail', 'information'),
    h('time', {}, mail.at.slice(11, 19)),
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
