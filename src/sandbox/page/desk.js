/**
 * The vendor’s own service desk, which the sandbox plays too: what the app filed there, and what its agent does.
 *
 * @import { DeskAttachment, DeskComment, DeskRequest } from './types.d.ts'
 */
import { button, h, lozenge, message } from './dom.js';
import { deskFaults } from './faults.js';
import { act, redraw, site, state } from './store.js';

export function deskView() {
  const { requests } = state().desk;
  return h(
    'div',
    { class: 'view' },
    h('header', {}, h('h1', {}, 'Vendor’s service desk')),
    h(
      'p',
      {},
      'A stand-in for the vendor’s own Jira Service Management. The app files each report here, on behalf of whoever ' +
        'reported it, and deletes it here on the day on which it goes.',
    ),
    ...(requests.length > 0 ? requests.map(card) : [howTo()]),
    h('h2', {}, 'Let it fail'),
    deskFaults(),
  );
}

/** What to click, from the start. */
function howTo() {
  const report = site().isInstalled && site().modules.find((module) => module.key.endsWith('report'));
  return message(
    'information',
    'Nothing was filed yet',
    h(
      'ol',
      { class: 'steps' },
      !report && h('li', {}, 'Go to ', h('a', { href: '#/apps' }, 'Manage apps'), ' and click “Install”.'),
      report
        ? h('li', {}, 'Go to ', h('a', { href: `#/module/${report.key}` }, report.name), ' and send a report.')
        : h('li', {}, 'Open “Report a problem” in the bar at the side, and send a report.'),
      h('li', {}, 'Open the link in ', h('a', { href: '#/mails' }, 'Mail'), ', and confirm the address there.'),
      h('li', {}, 'The request appears here within seconds.'),
    ),
  );
}

/** @param {DeskRequest} request */
function card(request) {
  return h(
    'section',
    { class: 'card request', 'aria-label': request.key },
    h(
      'div',
      { class: 'request-head' },
      h('strong', {}, request.key),
      h('span', { class: 'grow' }, request.summary),
      lozenge(request.status, look(request.category)),
    ),
    h(
      'dl',
      { class: 'facts' },
      h('dt', {}, 'Reporter'),
      h('dd', {}, ...reporter(request)),
      h('dt', {}, 'Filed'),
      h('dd', {}, h('time', {}, request.createdAt.slice(0, 16).replace('T', ' '))),
      request.attachments.length > 0 && h('dt', {}, 'Attached'),
      request.attachments.length > 0 && h('dd', {}, ...request.attachments.flatMap(attachment)),
    ),
    h('div', { class: 'mail-text' }, request.description),
    ...request.comments.map((one) => comment(one, one.author === request.madeBy)),
    writer(request.key),
    h(
      'div',
      { class: 'inline' },
      h('span', { class: 'hint' }, 'As its agent, move it to'),
      ...state()
        .desk.statuses.filter((status) => status !== request.status)
        .map((status) => button(status, () => move(request.key, status))),
    ),
  );
}

/**
 * @param {DeskComment} one
 * @param {boolean} isOfTheApp written with the account that the app calls with
 */
function comment(one, isOfTheApp) {
  return h(
    'div',
    { class: 'comment' },
    h(
      'div',
      { class: 'inline' },
      h('strong', {}, one.author),
      h('time', { class: 'hint' }, one.at.slice(0, 16).replace('T', ' ')),
      isOfTheApp && lozenge('The app', 'information'),
      !one.isPublic && lozenge('Internal', 'warning'),
    ),
    h('div', { class: 'comment-text' }, one.body),
  );
}

/** What an agent of the desk writes. @param {string} key */
function writer(key) {
  const text = /** @type {HTMLInputElement} */ (
    h('input', { class: 'grow', 'aria-label': 'Comment', placeholder: 'Write as an agent of the desk', required: true })
  );
  const internal = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox' }));
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    act('desk-comment', { key, text: text.value, isPublic: !internal.checked }, key).then(redraw);
  };
  return h(
    'form',
    { class: 'inline', onsubmit: submit },
    text,
    h('label', { class: 'choice' }, internal, 'Internal'),
    h('button', { class: 'button button-default' }, 'Comment'),
  );
}

/** @param {DeskRequest} request */
function reporter(request) {
  return request.onBehalfOf
    ? [`${request.onBehalfOf} `, lozenge('On behalf', 'success')]
    : [`${request.madeBy} `, lozenge('On nobody’s behalf', 'neutral')];
}

/** @param {DeskAttachment} one @returns {(Node | string)[]} */
function attachment(one) {
  const href = `/sandbox/api/attachment/${one.id}`;
  return [h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, one.name), ` ${one.bytes} bytes `];
}

/** @param {string} category of the status, as the platform has it */
function look(category) {
  return category === 'DONE' ? 'success' : category === 'NEW' ? 'neutral' : 'information';
}

/**
 * @param {string} key
 * @param {string} status
 */
async function move(key, status) {
  await act('desk-status', { key, status }, key);
  redraw();
}
