/** @import { Outcome, Site, State } from './types.d.ts' */
import { showFlag } from './flags.js';

/** Which site this page shows: its address says so. */
export const siteName = location.pathname.startsWith('/wiki') ? 'confluence' : 'jira';

/** @type {State | undefined} */
let known;

/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {State} */
export function state() {
  if (!known) throw new Error('The state has not been read yet.');
  return known;
}

/** @returns {Site} */
export function site() {
  return state().sites[siteName];
}

/** @param {() => void} listener called whenever something has changed */
export function onChange(listener) {
  listeners.add(listener);
}

/** Draws the middle of the page anew, even where somebody is writing. */
export function redraw() {
  window.dispatchEvent(new Event('redraw'));
}

/** Reads the state, and tells the listeners when it is another one than before. */
export async function refresh() {
  const answer = await fetch('/sandbox/api/state');
  const fresh = /** @type {State} */ (await answer.json());
  // The time always differs and is shown nowhere.
  const told = (/** @type {State | undefined} */ one) => JSON.stringify({ ...one, now: '' });
  const changed = told(fresh) !== told(known);
  known = fresh;
  if (changed) listeners.forEach((listener) => listener());
}

/**
 * Does something at the site and shows what the app said.
 *
 * @param {string} action
 * @param {Record<string, unknown>} details
 * @param {string} title of the flag
 * @param {'error' | 'warning'} [failure] how bad it is when the app does not agree
 * @returns {Promise<Outcome>}
 */
export async function act(action, details, title, failure = 'error') {
  const outcome = await post(action, { site: siteName, ...details });
  const code = outcome.code ? ` (${outcome.code})` : '';
  showFlag({ title, body: outcome.message + code, type: outcome.ok ? 'success' : failure });
  await refresh();
  return outcome;
}

/** @param {string} who looks at the site from now on */
export async function switchUser(who) {
  await post('user', { site: siteName, who });
  await refresh();
}

/** @param {Record<string, unknown>} faults what is given is set */
export async function setFaults(faults) {
  await post('faults', faults);
  await refresh();
}

/**
 * @param {string} action
 * @param {Record<string, unknown>} body
 * @returns {Promise<Outcome>}
 */
async function post(action, body) {
  try {
    const answer = await fetch(`/sandbox/api/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) return await answer.json();
    return { ok: false, message: `The sandbox refused: ${await answer.text()}.` };
  } catch {
    return { ok: false, message: 'The sandbox does not answer. Is it still running?' };
  }
}
