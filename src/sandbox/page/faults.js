/** What the site is told to do wrong. */
import { button, h } from './dom.js';
import { setFaults, state } from './store.js';

/** @type {[value: string, text: string][]} */
const KEY_SERVER = [
  ['up', 'Works'],
  ['down', 'Down: hangs up'],
  ['slow', 'Slow: answers after 5 seconds'],
  ['500', 'Answers 500'],
  ['wrong-key', 'Gives a wrong key'],
];

/** @type {[value: string, text: string][]} */
const REST = [
  ['up', 'Works'],
  ['down', 'Down: hangs up'],
  ['slow', 'Slow: answers after 5 seconds'],
  ['500', 'Answers 500'],
  ['401', 'Refuses the app: answers 401'],
  ['403', 'Refuses the app: answers 403'],
  ['429', 'Answers 429 with “Retry-After: 5”'],
];

/** @type {[value: string, text: string][]} */
const DESK = [
  ['up', 'Works'],
  ['down', 'Down: hangs up'],
  ['slow', 'Slow: does it, and answers after 5 seconds'],
  ['fails-after', 'Does it, and answers 500'],
  ['503', 'Does nothing, and answers 503'],
  ['429', 'Answers 429 with “Retry-After: 5”'],
  ['no-on-behalf', 'Lets nobody raise requests on behalf of others'],
  ['open-access', 'Has everybody as a customer, and takes nobody off the list'],
];

/** @type {[value: string, text: string][]} */
const MAIL = [
  ['up', 'Works'],
  ['down', 'Down: hangs up'],
  ['slow', 'Slow: takes mails, and says so after 5 seconds'],
  ['busy', 'Asks to come back later'],
  ['fails-after', 'Takes mails, and hangs up before it says so'],
];

/** How the vendor’s desk behaves: here, and beside what stands there. */
export function deskFaults() {
  return choices(
    'Service desk',
    'The vendor’s own, to which the app forwards reports. In the end each is there once.',
    'desk',
    DESK,
    state().faults.desk,
  );
}

export function faultsView() {
  const { keyServer, rest, mail, duplicate, outOfOrder } = state().faults;
  const allUp = { keyServer: 'up', rest: 'up', desk: 'up', mail: 'up', duplicate: false, outOfOrder: false };
  return h(
    'div',
    { class: 'view' },
    h(
      'header',
      {},
      h('h1', {}, 'Faults'),
      button('Everything works', () => setFaults(allUp)),
    ),
    h('p', {}, 'Make the site fail, and see what the app does. It stays so until it is changed here.'),
    h(
      'div',
      { class: 'cards' },
      choices(
        'Key server',
        'Where the app fetches the key that signs installs.',
        'keyServer',
        KEY_SERVER,
        keyServer,
      ),
      choices('REST API', 'Permissions, licence, issues.', 'rest', REST, rest),
      deskFaults(),
      choices('Mail server', 'To which the app gives its mails.', 'mail', MAIL, mail),
      h(
        'fieldset',
        { class: 'card' },
        h('legend', {}, 'Webhooks'),
        h('p', {}, 'How events reach the app.'),
        check('Deliver each one twice', 'duplicate', duplicate),
        check('Deliver out of order: each one after the next', 'outOfOrder', outOfOrder),
      ),
    ),
  );
}

/**
 * @param {string} title
 * @param {string} about
 * @param {string} name
 * @param {[value: string, text: string][]} values
 * @param {string} chosen
 */
function choices(title, about, name, values, chosen) {
  const radio = (/** @type {[string, string]} */ [value, text]) =>
    h(
      'label',
      { class: 'choice' },
      h('input', {
        type: 'radio',
        name,
        value,
        checked: value === chosen,
        onchange: () => setFaults({ [name]: value }),
      }),
      text,
    );
  return h('fieldset', { class: 'card' }, h('legend', {}, title), h('p', {}, about), ...values.map(radio));
}

/**
 * @param {string} text
 * @param {string} name
 * @param {boolean} checked
 */
function check(text, name, checked) {
  const onchange = (/** @type {Event} */ event) =>
    setFaults({ [name]: /** @type {HTMLInputElement} */ (event.target).checked });
  return h('label', { class: 'choice' }, h('input', { type: 'checkbox', checked, onchange }), text);
}
