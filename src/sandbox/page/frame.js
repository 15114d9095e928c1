/** A page of the app, in an iframe that Atlassian's own host code makes. */
import { h, message } from './dom.js';
import { openModule } from './host.js';
import { site, state } from './store.js';

/**
 * @param {string} key of the module
 * @param {string} errorId which the address hands on to the page
 */
export function frameView(key, errorId) {
  const module = site().modules.find((candidate) => candidate.key === key);
  if (!module || !site().isInstalled) {
    return h(
      'div',
      { class: 'view' },
      h('header', {}, h('h1', {}, 'A page of an app')),
      message(
        'information',
        'This page belongs to an app that is not installed',
        'Go to ',
        h('a', { href: '#/apps' }, 'Manage apps'),
        ' and click “Install”.',
      ),
    );
  }
  const body = h('div', { class: 'frame' });
  const view = h(
    'div',
    { class: 'view view-wide' },
    !site().isEnabled && message('warning', 'The app is disabled', 'A product would not show this page.'),
    body,
  );
  // The host code measures the container, so it has to be in the page first.
  queueMicrotask(() => open(key, errorId, body));
  return view;
}

/**
 * @param {string} key
 * @param {string} errorId
 * @param {HTMLElement} body
 */
async function open(key, errorId, body) {
  const say = (
    /** @type {'warning' | 'danger'} */ look,
    /** @type {string} */ title,
    /** @type {string} */ text,
  ) => body.replaceChildren(message(look, title, text));
  if (!window.connectHost) {
    say('warning', 'Pages of the app cannot be shown', 'Atlassian’s host code is missing; see above.');
  } else if (!(await answers())) {
    say('danger', 'The app does not answer', `Start it at ${state().appUrl}, and load this page again.`);
  } else {
    await openModule(key, body, { errorId }).catch((error) =>
      say('danger', 'The page could not be opened', String(error)),
    );
  }
}

/** Whether the app is there at all: a frame that does not load says nothing about why. */
async function answers() {
  const descriptor = `${state().appUrl}/atlassian-connect.json`;
  return fetch(descriptor, { mode: 'no-cors', cache: 'no-store' }).then(
    () => true,
    () => false,
  );
}
