/**
 * What the product adds to Atlassian's host code: the context, the REST API as the current user, dialogs and flags.
 * `resize`, `events`, `theming` and the bridge itself are Atlassian's own.
 *
 * @import { ConnectHost, Extension, Frame } from './types.d.ts'
 */
import { dialogs } from './dialogs.js';
import { showFlag } from './flags.js';
import { site, siteName } from './store.js';

/** @param {ConnectHost} host */
export function teachHost(host) {
  host.defineModule('context', promises({ getToken, getContext }));
  host.defineModule('user', promises({ getCurrentUser, getLocale }));
  host.defineModule(promises({ request }));
  host.defineModule('navigator', { reload: () => location.reload() });
  provide(host, 'dialog', dialogs);
  provide(host, 'flag', { create: showFlag });
}

/**
 * Opens a module of the app in a container.
 *
 * @param {string} key of the module
 * @param {Element} container
 * @param {{ issue?: string, errorId?: string, options?: Record<string, unknown> }} [more]
 * @returns {Promise<Extension>}
 */
export async function openModule(key, container, more = {}) {
  const query = new URLSearchParams({ site: siteName, module: key, issue: more.issue ?? '', errorId: more.errorId ?? '' });
  const answer = await fetch(`/sandbox/api/page-url?${query}`);
  if (!answer.ok) throw new Error(await answer.text());
  const frame = /** @type {Frame} */ (await answer.json());
  const options = { isFullPage: /Pages?$/.test(frame.kind), moduleType: frame.kind, origin: location.origin };
  const extension = {
    addon_key: frame.addonKey,
    key: frame.key,
    url: frame.url,
    options: { ...options, ...more.options },
  };
  window.connectHost?.create(extension).appendTo(container);
  const frameElement = container.querySelector('iframe');
  frameElement?.setAttribute('title', frame.name);
  return { ...extension, id: frameElement?.id };
}

/**
 * @typedef {object} RequestOptions
 * @property {string} [url]
 * @property {string} [type]
 * @property {string} [method]
 * @property {any} [data]
 * @property {string} [contentType]
 * @property {Record<string, string>} [headers]
 */

async function getToken() {
  return (await context()).token;
}

async function getContext() {
  return (await context()).context;
}

async function context() {
  return (await fetch(`/sandbox/api/context?site=${siteName}`)).json();
}

async function getCurrentUser() {
  return { atlassianAccountId: site().viewer.accountId };
}

/** The language that the user has chosen in their profile, as products write it: here it is the browser's. */
async function getLocale() {
  return navigator.language.replace('-', '_');
}

/**
 * Calls the product's REST API as whoever looks at the page.
 *
 * @param {string | { url: string }} first
 * @param {RequestOptions} [second]
 */
async function request(first, second) {
  const options = { ...(typeof first === 'string' ? { url: first } : first), ...second };
  const method = (options.type ?? options.method ?? 'GET').toUpperCase();
  const answer = await fetch(`${new URL(site().baseUrl).pathname.replace(/\/$/, '')}${options.url}`, {
    method,
    headers: {
      accept: 'application/json',
      'content-type': options.contentType ?? 'application/json',
      ...options.headers,
    },
    body: method === 'GET' ? undefined : options.data,
  });
  const body = await answer.text();
  const xhr = { status: answer.status, statusText: answer.statusText, responseText: body };
  if (!answer.ok) return Promise.reject({ body, xhr });
  return { body, xhr };
}

/**
 * Marks methods whose result the bridge waits for.
 *
 * @param {Record<string, Function>} methods
 */
function promises(methods) {
  Object.values(methods).forEach((method) => Object.assign(method, { returnsPromise: true }));
  return methods;
}

/**
 * @param {ConnectHost} host
 * @param {string} name
 * @param {unknown} provider
 */
function provide(host, name, provider) {
  host.getFrameworkAdaptor().registerModule({
    getModuleRegistrationName: () => name,
    isEnabled: () => true,
    getProvider: () => provider,
  });
}
