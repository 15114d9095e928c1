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
import { frameView } from './frame.js';
import { teachHost } from './host.js';
import { issueView, issuesView, pageView } from './issues.js';
import { drawLog } from './log.js';
import { mailView, mailsView } from './mails.js';
import { drawSide, drawTop } from './shell.js';
import { onChange, refresh, site, siteName, state } from './store.js';

/** How often the page looks for calls of the app. */
const LOOKS_EVERY_MILLISECONDS = 2000;

/** What the middle shows now, and what it was made of: when either changes, it is drawn anew. */
let drawn = { view: '', data: '' };

async function start() {
  await refresh();
  if (window.connectHost) teachHost(window.connectHost);
  onChange(draw);
  window.addEventListener('hashchange', draw);
  window.addEventListener('redraw', () => {
    drawn = { view: '', data: '' };
    draw();
  });
  draw();
  setInterval(() => refresh().catch(() => undefined), LOOKS_EVERY_MILLISECONDS);
}

function draw() {
  drawTop();
  drawSide();
  drawLog();
  const [, view = '', key = ''] = decodeURIComponent(location.hash).split('/');
  const fresh = { view: `${view}/${key}`, data: JSON.stringify(dataOf(view)) };
  const isSameView = fresh.view === drawn.view;
  if (isSameView && (fresh.data === drawn.data || isSomebodyWriting())) return;
  drawn = fresh;
  document.getElementById('main')?.replaceChildren(...missing(), choose(view, key));
}

/** What a view is made of. @param {string} view */
function dataOf(view) {
  const { viewer, isInstalled, isEnabled, clientKey, baseUrl, issues } = site();
  const all = [viewer.who, isInstalled, isEnabled, clientKey, baseUrl];
  if (view === 'apps') return [all, site()];
  if (view === 'faults') return [all, state().faults];
  if (view === 'mails') return state().mails.length;
  if (view === 'desk') return [state().desk, state().faults.desk];
  return view === 'module' ? all : [all, issues];
}

function isSomebodyWriting() {
  return (
    document.querySelector('#main :is(input:not([type=radio], [type=checkbox]), textarea, select):focus') !==
    null
  );
}

/**
 * @param {string} view
 * @param {string} key
 * @returns {HTMLElement}
 */
function choose(view, key) {
  if (view === 'apps') return appsView();
  if (view === 'faults') return faultsView();
  if (view === 'module') return frameView(key);
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
