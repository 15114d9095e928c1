/**
 * The app's pages as Forge shows them: Custom UI that the platform serves, in a frame that may open and ask nothing by itself. What
 * it wants it says to the bridge, and this is the other end of it.
 */
import { h, message } from './dom.js';
import { showFlag } from './flags.js';
import { site, siteName } from './store.js';

/** Forge's own bounds for what a page sends and is sent (platform quotas and limits). */
const REQUEST_BYTES_MAX = 500_000;
const RESPONSE_BYTES_MAX = 5_000_000;

/** What a frame of Custom UI may do, and nothing else. */
const SANDBOX = 'allow-downloads allow-forms allow-modals allow-pointer-lock allow-same-origin allow-scripts';

/**
 * @typedef {object} Shown
 * @property {HTMLIFrameElement} frame
 * @property {string} module whose page it is
 * @property {unknown} [modal] what a page gave along that opened this one
 */

/** @type {Shown[]} */
let shown = [];

/** The pages of the app's manifest. */
export function forgePages() {
  return [
    { key: `kept-report-${siteName}`, name: 'Report a problem', resource: 'kept-report' },
    { key: `kept-admin-${siteName}`, name: 'Stored data', resource: 'kept-admin' },
  ];
}

/** @param {string} key of the module */
export function forgeView(key) {
  const page = forgePages().find((candidate) => candidate.key === key);
  if (!page || !site().isOnForge) {
    const text = h('span', {}, 'Go to ', h('a', { href: '#/apps' }, 'Manage apps'), ' and install it under Forge.');
    return h('div', { class: 'view' }, message('information', 'This page belongs to an app that is not installed', text));
  }
  const frame = frameOf(page.resource, page.name, { module: key });
  return h('div', { class: 'view view-wide' }, h('div', { class: 'frame' }, frame));
}

/**
 * @param {string} resource
 * @param {string} title
 * @param {Omit<Shown, 'frame'>} about
 */
function frameOf(resource, title, about) {
  const src = `/custom-ui/${resource.replace('kept-', '')}/index.html`;
  const frame = /** @type {HTMLIFrameElement} */ (h('iframe', { src, title, sandbox: SANDBOX }));
  shown = [...shown.filter((one) => one.frame.isConnected), { frame, ...about }];
  return frame;
}

window.addEventListener('message', async ({ source, data }) => {
  const page = shown.find((one) => one.frame.contentWindow === source);
  if (!page || !data?.sandboxBridge) return;
  if (data.height !== undefined) {
    if (page.modal === undefined) page.frame.style.height = `${Math.max(data.height, 200)}px`;
    return;
  }
  const answer = await answerTo(page, data.command, data.payload).then(
    (value) => ({ value }),
    (/** @type {unknown} */ error) => ({ error: error instanceof Error ? error.message : String(error) }),
  );
  tell(page, { id: data.id, ...answer });
});

/**
 * @param {Shown} page
 * @param {Record<string, unknown>} told
 */
function tell({ frame }, told) {
  frame.contentWindow?.postMessage({ sandboxBridge: true, ...told }, location.origin);
}

/**
 * @param {Shown} page
 * @param {string} command
 * @param {any} payload
 */
async function answerTo(page, command, payload) {
  switch (command) {
    case 'invoke':
      return invoke(page.module, payload);
    case 'requestRemote':
      return requestRemote(page.module, payload);
    case 'getContext':
      return context(page);
    case 'enableTheming':
      themed.add(page);
      return followTheme();
    case 'openModal':
      return openModal(page, payload);
    case 'navigate':
      // What opens gets no handle on this page, so whether it opened is not told.
      window.open(payload.url, '_blank', 'noopener');
      return undefined;
    default:
      throw new Error(`The sandbox plays no ${command}.`);
  }
}

/**
 * `invokeRemote`: through the platform, with a token of an invocation. What Forge would not hand on is an error.
 *
 * @param {string} module
 * @param {{ path: string, method: string, headers?: Record<string, string>, body?: unknown, invokeType: string }} invocation
 */
async function invoke(module, { path, method, headers, body, invokeType }) {
  if (invokeType !== 'ui-remote-fetch') throw new Error(`The sandbox plays no ${invokeType}.`);
  if (bytesOf(JSON.stringify(body) ?? '') > REQUEST_BYTES_MAX) throw new Error('An unexpected error happened');
  return handedOn(await carried({ module, path, method, headers, body }));
}

/**
 * `requestRemote`: like `fetch`, whatever is answered; and without the tokens for the product.
 *
 * @param {string} module
 * @param {{ path: string, method: string, headers?: Record<string, string>, body?: unknown }} request
 */
async function requestRemote(module, { path, method, headers, body }) {
  const answer = await carried({ module, path, method, headers, body, tokens: false });
  if (answer.status === 0) throw new Error('Invalid response from remote - remote network error');
  return answer;
}

/**
 * @param {Record<string, unknown>} request
 * @returns {Promise<{ status: number, headers: [string, string][], body: string }>}
 */
async function carried(request) {
  const sent = JSON.stringify({ site: siteName, ...request });
  const played = await fetch('/sandbox/api/forge/invoke', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: sent,
  });
  if (!played.ok) throw new Error(`The sandbox refused: ${await played.text()}`);
  return played.json();
}

/**
 * @param {{ status: number, headers: [string, string][], body: string }} answer
 */
function handedOn({ status, headers, body }) {
  const kind = headers.find(([name]) => name === 'content-type')?.[1] ?? 'application/json';
  if (status === 0) throw new Error('Invalid response from remote - remote network error');
  if (status === 401) throw new Error('Remote could not verify the Forge Invocation Token');
  if (bytesOf(body) > RESPONSE_BYTES_MAX) throw new Error('An unexpected error happened');
  const isGood = status >= 200 && status < 300;
  if (!isGood && kind !== 'application/json') {
    throw new Error(
      `Invalid response from remote - content-type header must be set to application/json and is currently: ${kind}. Status: ${status}.`,
    );
  }
  if (isGood && body === '') return { success: true, payload: { status, headers: listed(headers) } };
  try {
    return { success: true, payload: { status, headers: listed(headers), body: JSON.parse(body) } };
  } catch {
    throw new Error(`Invalid response from remote - cannot parse body as JSON. Status: ${status}.`);
  }
}

/** @param {[string, string][]} headers */
function listed(headers) {
  return Object.fromEntries(headers.map(([name, value]) => [name, [value]]));
}

/** @param {string} text */
function bytesOf(text) {
  return new TextEncoder().encode(text).length;
}

/** @param {Shown} page */
function context({ module, modal }) {
  const type = module.startsWith('kept-admin') ? 'admin' : 'global';
  return {
    accountId: site().viewer.accountId,
    locale: navigator.language,
    moduleKey: module,
    siteUrl: location.origin,
    localId: module,
    extension: { type, ...(modal !== undefined && { modal }) },
  };
}

/** Pages that follow the theme. @type {Set<Shown>} */
const themed = new Set();

function followTheme() {
  const colorMode = document.documentElement.dataset.colorMode ?? 'light';
  for (const page of themed) {
    if (page.frame.isConnected) tell(page, { colorMode });
    else themed.delete(page);
  }
}

new MutationObserver(followTheme).observe(document.documentElement, { attributeFilter: ['data-color-mode'] });

/**
 * @param {Shown} opener
 * @param {{ resource: string, title: string, context: unknown, closeOnEscape: boolean }} options
 */
function openModal(opener, { resource, title, context: modal, closeOnEscape }) {
  if (!forgePages().some((page) => page.resource === resource)) {
    showFlag({ title: 'The modal could not be opened', body: `There is no resource ${resource}.`, type: 'error' });
    return false;
  }
  const close = () => element.close();
  const frame = frameOf(resource, title, { module: opener.module, modal: modal ?? {} });
  const element = /** @type {HTMLDialogElement} */ (
    h(
      'dialog',
      { class: 'dialog dialog-xlarge', 'aria-label': title },
      h(
        'header',
        {},
        h('h2', {}, title),
        h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: close }, '×'),
      ),
      h('div', { class: 'dialog-body' }, frame),
    )
  );
  element.addEventListener('cancel', (event) => closeOnEscape || event.preventDefault());
  element.addEventListener('close', () => element.remove());
  document.body.append(element);
  element.showModal();
  return true;
}
