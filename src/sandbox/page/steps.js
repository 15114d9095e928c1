/**
 * The way of a newcomer through the sandbox, as the README has it, with what of it is done.
 */
import { button, h } from './dom.js';
import { forgePages } from './forge.js';
import { act, redraw, site, siteName, state } from './store.js';

/** What the mail says that tells a reporter of an answer, in either language. */
const ANSWERED = /answer to your report|gibt es eine Antwort/;

/**
 * Which of the steps are done, as far as the site can know. What happens between the app and its vendor alone it cannot; and what
 * a page of a Connect app asks of the app goes past it, while under Forge it goes through it.
 */
export function doneSteps() {
  const here = site();
  const isThere = here.isInstalled || here.isOnForge;
  return [
    isThere,
    isThere && isVisited('admin'),
    isSaid(/^(jira:issue|page)_|^avi:(jira|confluence):/),
    isVisited('report') && state().mails.length > 0,
    isVisited('report') && state().mails.some(({ subject }) => ANSWERED.test(subject)),
    isSaid(/^forge (GET|POST) \/forge\/api\/v1\/data\/export/),
    isSaid(/^forge POST \/forge\/api\/v1\/data\/erasure/),
    isSaid(/^(uninstalled|kept-pre-uninstall)$/),
  ];
}

/** Remembers that a page of the app was opened at this site. @param {string} key of its module */
export function visit(key) {
  for (const name of ['admin', 'report']) {
    if (key.includes(name)) sessionStorage.setItem(`visited-${siteName}-${name}`, 'yes');
  }
}

/** The mails are those of both products: who has not reported a problem here has not done so here. @param {string} name */
function isVisited(name) {
  return sessionStorage.getItem(`visited-${siteName}-${name}`) !== null;
}

export function firstSteps() {
  const here = site();
  const [
    isInstalled = false,
    isSeen = false,
    isEdited = false,
    isReported = false,
    isAnswered = false,
    isDownloaded = false,
    isDeleted = false,
    isUninstalled = false,
  ] = doneSteps();
  const jira = here.name === 'jira';
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'first-steps' },
    h('h2', { id: 'first-steps' }, 'Eight steps to try'),
    h(
      'ol',
      { class: 'steps' },
      step(
        isInstalled,
        'Install the app. The site sends it a signed “installed”; the column at the side shows every call. ',
        !isInstalled && button('Install', install, 'primary'),
      ),
      step(isSeen, 'Look at what it stores, on its page for administrators: ', linkTo('admin', 'Stored data'), '.'),
      step(
        isEdited,
        jira ? 'Edit an issue' : 'Save the page',
        ': the site sends a webhook, and the app’s page counts it.',
      ),
      step(
        isReported,
        'Report a problem, as any user may: ',
        linkTo('report', 'Report a problem'),
        '. Its ',
        h('a', { href: '#/mails' }, 'mail'),
        ' confirms the address, and then the report is at the ',
        h('a', { href: '#/desk' }, 'vendor’s desk'),
        ' too.',
      ),
      step(
        isAnswered,
        'Answer it, as the vendor’s support: ',
        consoleLink(),
        '. Nobody has an account there at first; whoever started Kept was told how to make one and sign in. The answer is behind the link in the mails.',
      ),
      step(isDownloaded, 'Download everything that is stored, with “Download my data” on the page ', linkTo('admin', 'Stored data'), '.'),
      step(
        isDeleted,
        'Have it all deleted, with “Delete data” at the end of that page. It is due a day later, and can be undone until then.',
      ),
      step(
        isUninstalled,
        'Uninstall it under ',
        h('a', { href: '#/apps' }, 'Manage apps'),
        ': the app answers, and from then on the days of its data count.',
      ),
    ),
  );
}

async function install() {
  await act('install', {}, 'Install');
  redraw();
}

/** Whether the site has sent such a call. @param {RegExp} what */
function isSaid(what) {
  return state().log.some((line) => line.direction === 'sent' && what.test(line.what));
}

/**
 * @param {boolean} isDone
 * @param {...(Node | string | false)} what
 */
function step(isDone, ...what) {
  return h('li', {}, isDone && h('span', { class: 'done' }, '✓ Done: '), ...what);
}

/** Where the vendor's support works. It stands outside of the site, so it opens beside it. */
export function consoleLink() {
  const href = `${state().appUrl.replace(/\/$/, '')}/console`;
  return h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, 'Support console');
}

/**
 * To a page of the app, once it is there.
 *
 * @param {'admin' | 'report'} page
 * @param {string} name
 */
function linkTo(page, name) {
  const href = addressOf(page);
  return href ? h('a', { href }, name) : `“${name}”`;
}

/** @param {'admin' | 'report'} page */
function addressOf(page) {
  const here = site();
  const module = here.isInstalled && here.modules.find(({ key }) => key.endsWith(page));
  if (module) return `#/module/${module.key}`;
  const onForge = here.isOnForge && forgePages().find(({ resource }) => resource.endsWith(page));
  return onForge ? `#/forge/${onForge.key}` : null;
}
