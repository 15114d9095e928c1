/**
 * The page of the sandbox: a small Jira, or a small Confluence at `/wiki`, around the app.
 *
 * The part in the middle is drawn anew when the address changes or its own actions ask for it; the rest follows the
 * state. A frame of the app is therefore never torn down by a line in the log.
 */
import { appsView } from './apps.js';
import { deskView } from './desk.js';
import { h, message } from './dom.js';
import { faultsView } from './faults.js';
import { replaceWithin } from './focus.js';
import { forgeView } from './forge.js';
import { frameView } from './frame.js';
import { teachHost } from './host.js';
import { issueView, issuesView, pageView } from './issues.js';
import { drawLog } from './log.js';
import { mailView, mailsView } from './mails.js';
import { drawSide, drawTop } from './shell.js';
import { doneSteps, visit } from './steps.js';
import { onChange, refresh, site, siteName, state } from './store.js';

/** How often the page looks for calls of the app. */
const LOOKS_EVERY_MILLISECONDS = 2000;

/** What the middle shows now, and what it was made of: when either changes, it is drawn anew. */
let drawn = { view: '', data: '' };

async function start() {
  await refresh();
  if (window.connectHost) teachHost(window.connectHost);
  onChange(draw);
  window.addEventListener('hashchange', () => draw());
  window.addEventListener('redraw', () => draw(true));
  draw();
  setInterval(() => refresh().then(answers, isSilent), LOOKS_EVERY_MILLISECONDS);
}

function answers() {
  document.getElementById('silent')?.replaceChildren();
}

/** What is shown is as it was when the sandbox last answered. */
function isSilent() {
  const banner = document.getElementById('silent');
  if (!banner?.hasChildNodes()) {
    const text = 'Is it still running? What is shown is out of date, and nothing here works until it is back.';
    banner?.replaceChildren(message('danger', 'The sandbox does not answer', text));
  }
}

/** @param {boolean} [isForced] even where somebody is writing */
function draw(isForced = false) {
  drawTop();
  drawSide();
  drawLog();
  const [, view = '', key = '', more = ''] = decodeURIComponent(location.hash).split('/');
  const fresh = { view: `${view}/${key}/${more}`, data: JSON.stringify(dataOf(view)) };
  const isSameView = fresh.view === drawn.view;
  if (isSameView && !isForced && (fresh.data === drawn.data || isSomebodyWriting())) return;
  drawn = fresh;
  const main = document.getElementById('main');
  if (isSameView) replaceWithin(main, ...missing(), choose(view, key, more));
  else goTo(main, view, key, more);
}

/** Another view: whoever came to it from within the former one begins at its beginning. @param {HTMLElement | null} main @param {string} view @param {string} key @param {string} more */
function goTo(main, view, key, more) {
  const wasWithin = main?.contains(document.activeElement);
  main?.replaceChildren(...missing(), choose(view, key, more));
  if (wasWithin) main?.focus({ preventScroll: true });
}

/** What a view is made of. @param {string} view */
function dataOf(view) {
  const { viewer, isInstalled, isEnabled, clientKey, baseUrl, issues } = site();
  const all = [viewer.who, isInstalled, isEnabled, clientKey, baseUrl];
  if (view === 'apps') return [all, site()];
  if (view === 'faults') return [all, state().faults];
  if (view === 'mails') return state().mails.length;
  // The first steps say what is done.
  if (view === '') return [all, issues, doneSteps()];
  if (view === 'desk') return [state().desk, state().faults.desk];
  if (view === 'forge') return [viewer.who, site().isOnForge];
  return view === 'module' ? all : [all, issues];
}

function isSomebodyWriting() {
  const writing = '#main :is(input:not([type=radio], [type=checkbox]), textarea, select):focus';
  /** @type {NodeListOf<HTMLInputElement | HTMLTextAreaElement>} */
  const fields = document.querySelectorAll('#main :is(input, textarea)');
  // What was typed and not sent stays too, wherever the keyboard has gone since.
  return document.querySelector(writing) !== null || [...fields].some((field) => field.value !== field.defaultValue);
}

/**
 * @param {string} view
 * @param {string} key
 * @param {string} more what else the address says
 * @returns {HTMLElement}
 */
function choose(view, key, more) {
  if (view === 'apps') return appsView();
  if (view === 'faults') return faultsView();
  if (view === 'module' || view === 'forge') visit(key);
  if (view === 'module') return frameView(key, more);
  if (view === 'forge') return forgeView(key);
  if (view === 'desk') return deskView();
  if (view === 'mails') return key === '' ? mailsView() : mailView(key);
  if (siteName === 'confluence') return pageView();
  return view === 'issue' ? issueView(key) : issuesView();
}

/** Says which files of the front-end build are not there. Without them everything works but the app's frames. */
function missing() {
  const files = state().missingVendorFiles;
  if (files.length === 0) return [];
  return [
    message(
      'warning',
      'The front-end build is missing',
      h(
        'p',
        {},
        `Not found: ${files.join(', ')}. Run “make build”, or “npm ci && npm run build” in frontend/, and load ` +
          'this page again. Until then pages of the app cannot be shown here; everything else works.',
      ),
    ),
  ];
}

start().catch((error) => {
  document
    .getElementById('main')
    ?.replaceChildren(message('danger', 'The sandbox does not answer', String(error)));
});
