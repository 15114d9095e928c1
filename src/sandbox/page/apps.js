/**
 * “Manage apps”: everything that can happen to an app at a site.
 *
 * @import { Site } from './types.d.ts'
 */
import { button, h, lozenge, message, select } from './dom.js';
import { residency } from './residency.js';
import { act, redraw, site, siteName, state } from './store.js';

/** Actions that the app may well not answer: it did not ask for the event, or the event was kept back. */
const SOFT = ['webhook', 'retry-webhooks', 'forge/retry-events'];

/** The last refusal, so that it can still be read when its flag is gone. */
let refused = '';

export function appsView() {
  const here = site();
  return h(
    'div',
    { class: 'view' },
    h('header', {}, h('h1', {}, 'Manage apps'), status(here)),
    refused !== '' && message('danger', 'The last action failed', refused),
    about(here),
    h('div', { class: 'rows' }, ...connect(here)),
    h('h2', {}, 'Under Forge'),
    h('div', { class: 'rows' }, ...(here.isOnForge ? onForge(here) : notOnForge(here))),
    here.regions.length > 0 && h('h2', {}, 'Data residency'),
    here.regions.length > 0 && h('div', { class: 'rows' }, ...residency(here, run, row)),
    here.isInstalled && h('h2', {}, 'Licence and webhooks'),
    here.isInstalled && h('div', { class: 'rows' }, licence(here), webhook(here), retry(here)),
  );
}

/** @param {Site} here */
function connect(here) {
  if (here.isInstalled) return installed(here);
  // One app, one way: a site that has it under Forge is not offered the other.
  return here.isOnForge ? [] : notInstalled(here);
}

/** @param {Site} here */
function status(here) {
  if (!here.isInstalled && here.isOnForge) return lozenge('Installed under Forge', 'success');
  if (!here.isInstalled) return lozenge('Not installed', 'neutral');
  return here.isEnabled ? lozenge('Installed', 'success') : lozenge('Disabled', 'warning');
}

/** @param {Site} here */
function about(here) {
  const former =
    here.formerClientKeys.length > 0
      ? [h('dt', {}, 'Before the import'), h('dd', {}, here.formerClientKeys.join(', '))]
      : [];
  return h(
    'dl',
    { class: 'facts' },
    h('dt', {}, 'App'),
    h('dd', {}, `${here.appName ?? state().appKey} at ${state().appUrl}`),
    h('dt', {}, 'Base URL'),
    h('dd', {}, here.baseUrl),
    h('dt', {}, 'Client key'),
    h('dd', {}, here.clientKey),
    ...former,
  );
}

/** @param {Site} here */
function notInstalled(here) {
  const what = here.appName
    ? 'Installs the app again under the same client key with a new secret.'
    : `Reads the app’s descriptor at ${state().appUrl} and sends it a signed “installed”.`;
  return [
    row(
      'Install',
      what,
      button('Install', () => run('install', 'Install'), 'primary'),
    ),
  ];
}

/** @param {Site} here */
function installed(here) {
  return [
    row(
      'Re-install',
      'The same client key with a new secret, as when an admin installs again.',
      button('Re-install', () => run('reinstall', 'Re-install')),
    ),
    row(
      'Rotate the secret',
      'The host gives the installation another shared secret.',
      button('Rotate secret', () => run('rotate-secret', 'Rotate secret')),
    ),
    rename(),
    row(
      'Import another site',
      'Its data replaces this site’s: a new client key at the same base URL, and no “uninstalled”.',
      button('Import', () => run('import', 'Site import')),
    ),
    here.isEnabled
      ? row(
          'Disable',
          'The app stays installed and is not shown.',
          button('Disable', () => run('disable', 'Disable')),
        )
      : row(
          'Enable',
          'The app is shown again.',
          button('Enable', () => run('enable', 'Enable')),
        ),
    row(
      'Uninstall',
      'Sends “disabled” and “uninstalled” at once, and forgets the secret.',
      button('Uninstall', () => run('uninstall', 'Uninstall'), 'danger'),
    ),
  ];
}

/** @param {Site} here */
function notOnForge(here) {
  if (here.isInstalled) {
    return [
      row(
        'Move to Forge',
        'The app becomes a Forge app under the same key: “installed” names the installation, and Forge sends its own event.',
        button('Move', () => run('forge/move', 'Move to Forge')),
      ),
    ];
  }
  return [
    row(
      'Install under Forge',
      'Forge sends its event with an invocation token. There is no shared secret.',
      button('Install under Forge', () => run('forge/install', 'Install under Forge')),
    ),
  ];
}

/** @param {Site} here */
function onForge(here) {
  return [
    row(
      'Upgrade',
      'A major version, which an administrator has approved.',
      button('Upgrade', () => run('forge/upgrade', 'Upgrade under Forge')),
    ),
    row(
      'Call for the day',
      'The call that Forge makes once a day for each installation.',
      button('Call', () => run('forge/daily', 'Daily call')),
    ),
    row(
      'Call from a page',
      'Asks who is here: “invokeRemote” brings tokens for the product along, “requestRemote” only says who calls.',
      h(
        'span',
        { class: 'inline' },
        button('invokeRemote', () => ask('invokeRemote', true)),
        button('requestRemote', () => ask('requestRemote', false)),
      ),
    ),
    row(
      'Try events again',
      `Forge tries up to four times more. Waiting: ${here.forgeEventsToRetry}.`,
      button('Try events again', () => run('forge/retry-events', 'Events')),
    ),
    row(
      'Uninstall under Forge',
      'Calls “preUninstall”, and then the app is gone. The next installation has another id.',
      button('Uninstall under Forge', () => run('forge/uninstall', 'Uninstall under Forge'), 'danger'),
    ),
  ];
}

/**
 * @param {string} name
 * @param {boolean} tokens
 */
function ask(name, tokens) {
  return run('forge/invoke', name, { path: '/forge/api/v1/session', method: 'GET', tokens });
}

function rename() {
  const input = /** @type {HTMLInputElement} */ (
    h('input', {
      'aria-label': 'New name',
      value: 'acme',
      pattern: '[a-z0-9\\-]{1,40}',
      required: true,
      size: 12,
    })
  );
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    run('rename', 'Rename site', { name: input.value });
  };
  return row(
    'Rename the site',
    'Moves it to /site/… and tells the app. The former address redirects.',
    h(
      'form',
      { class: 'inline', onsubmit: submit },
      input,
      h('button', { class: 'button button-default' }, 'Rename'),
    ),
  );
}

/** @param {Site['licence']} licence */
function licenceName(licence) {
  if (!licence) return 'none';
  if (!licence.active) return 'inactive';
  return licence.evaluation ? 'evaluation' : 'active';
}

/** @param {Site} here */
function licence(here) {
  const onchange = (/** @type {Event} */ event) =>
    run('licence', 'Licence', { licence: /** @type {HTMLSelectElement} */ (event.target).value });
  return row(
    'Licence',
    'No call tells the app of a change; it has to ask.',
    select(
      '',
      [
        ['active', 'Active'],
        ['evaluation', 'Trial'],
        ['inactive', 'Expired'],
        ['none', 'Not a paid app'],
      ],
      licenceName(here.licence),
      { 'aria-label': 'Licence', onchange },
    ),
  );
}

/** @param {Site} here */
function webhook(here) {
  const events =
    here.name === 'jira'
      ? ['jira:issue_created', 'jira:issue_updated', 'jira:issue_deleted', 'comment_created']
      : ['page_created', 'page_updated', 'page_trashed', 'page_removed'];
  const choice = h('select', { 'aria-label': 'Event' }, ...events.map((event) => h('option', {}, event)));
  const send = () => run('webhook', 'Webhook', { event: /** @type {HTMLSelectElement} */ (choice).value });
  return row(
    'Send a webhook',
    'Only if the app’s descriptor asks for the event. Saving an issue sends one too.',
    h('span', { class: 'inline' }, choice, button('Send', send)),
  );
}

/** @param {Site} here */
function retry(here) {
  const text =
    siteName === 'jira'
      ? `Jira tries up to five times. Waiting: ${here.webhooksToRetry}.`
      : 'Confluence never tries again.';
  return row(
    'Try webhooks again',
    text,
    button('Try again', () => run('retry-webhooks', 'Webhooks')),
  );
}

/**
 * @param {string} action
 * @param {string} title
 * @param {Record<string, unknown>} [details]
 */
async function run(action, title, details = {}) {
  refused = '';
  const outcome = await act(action, details, title, SOFT.includes(action) ? 'warning' : 'error');
  refused = outcome.ok || SOFT.includes(action) ? '' : `${title}: ${outcome.message}`;
  redraw();
}

/**
 * @param {string} title
 * @param {string} text
 * @param {HTMLElement} control
 */
function row(title, text, control) {
  return h('div', { class: 'row' }, h('div', {}, h('strong', {}, title), h('p', {}, text)), control);
}
