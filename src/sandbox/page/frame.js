/** A page of the app, in an iframe that Atlassian's own host code makes. */
import { h, message } from './dom.js';
import { openModule } from './host.js';
import { site, state } from './store.js';

/** @param {string} key of the module */
export function frameView(key) {
  const module = site().modules.find((candidate) => candidate.key === key);
  if (!module || !site().isInstalled) {
    return h(
      'div',
      { class: 'view' },
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
  queueMicrotask(() => open(key, body));
  return view;
}

/**
 * @param {string} key
 * @param {HTMLElement} body
 */
async function open(key, body) {
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
    await openModule(key, body).catch((error) =>
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
