/**
 * The site's own content: a list of issues, one issue, and Confluence's one page.
 *
 * @import { Issue, Module } from './types.d.ts'
 */
import { avatar, h, lozenge, message, select } from './dom.js';
import { openModule } from './host.js';
import { firstSteps } from './steps.js';
import { act, redraw, site } from './store.js';

/** Modules that a product shows beside an issue. */
const BESIDE_AN_ISSUE = ['webPanels', 'jiraIssueContents', 'jiraIssueContexts', 'jiraIssueGlances'];

/** @type {[value: string, text: string][]} */
const STATUSES = [
  ['To Do', 'To Do'],
  ['In Progress', 'In Progress'],
  ['Done', 'Done'],
];

/** @type {[value: string, text: string][]} */
const PEOPLE = [
  ['admin', 'Ada Example'],
  ['member', 'Max Sample'],
  ['anonymous', 'Nobody'],
];

export function issuesView() {
  const heads = ['Key', 'Summary', 'Assignee', 'Status'].map((text) => h('th', { scope: 'col' }, text));
  return h(
    'div',
    { class: 'view' },
    h('header', {}, h('h1', {}, 'Issues')),
    firstSteps(),
    h(
      'div',
      { class: 'table' },
      h('table', {}, h('thead', {}, h('tr', {}, ...heads)), h('tbody', {}, ...site().issues.map(line))),
    ),
  );
}

/** @param {Issue} issue */
function line(issue) {
  const href = `#/issue/${issue.key}`;
  return h(
    'tr',
    {},
    h('td', {}, h('a', { href }, issue.key)),
    h('td', {}, h('a', { class: 'plain', href }, issue.summary)),
    h(
      'td',
      {},
      issue.assignee ? h('span', { class: 'person' }, avatar(issue.assignee), issue.assignee) : '–',
    ),
    h('td', {}, status(issue.status)),
  );
}

/** @param {string} key */
export function issueView(key) {
  const issue = site().issues.find((candidate) => candidate.key === key);
  if (!issue) {
    return h('div', { class: 'view' }, h('header', {}, h('h1', {}, 'Issues')), message('warning', 'There is no such issue', key));
  }
  const panels = site().isInstalled
    ? site().modules.filter((module) => BESIDE_AN_ISSUE.includes(module.kind))
    : [];
  return h(
    'div',
    { class: 'view' },
    h(
      'nav',
      { class: 'crumbs', 'aria-label': 'Breadcrumbs' },
      h('a', { href: '#/' }, 'Demonstration'),
      ' / ',
      issue.key,
    ),
    h('header', {}, h('h1', {}, issue.summary), status(issue.status)),
    editor(issue),
    ...panels.map((module) => panel(module, issue)),
  );
}

/** Saving tells the app, as Jira does. @param {Issue} issue */
function editor(issue) {
  const save = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
    act('issue', { key: issue.key, ...fields }, `${issue.key} is saved`, 'warning').then(redraw);
  };
  return h(
    'form',
    { class: 'editor', onsubmit: save },
    h(
      'label',
      { class: 'field' },
      h('span', {}, 'Summary'),
      h('input', { name: 'summary', value: issue.summary, required: true }),
    ),
    h(
      'label',
      { class: 'field' },
      h('span', {}, 'Description'),
      h('textarea', { name: 'description', rows: 4 }, issue.description),
    ),
    h(
      'div',
      { class: 'fields' },
      select('Status', STATUSES, issue.status, { name: 'status' }),
      select('Assignee', PEOPLE, issue.assigneeWho, { name: 'assignee' }),
      h(
        'div',
        { class: 'field' },
        h('span', {}, 'Reporter'),
        h('span', { class: 'person' }, avatar(issue.reporter ?? '?'), issue.reporter ?? '–'),
      ),
    ),
    h('div', {}, h('button', { class: 'button button-primary' }, 'Save')),
  );
}

/**
 * @param {Module} module
 * @param {Issue} issue
 */
function panel(module, issue) {
  const body = h('div', { class: 'frame' });
  // The host code measures the container, so it has to be in the page first.
  const show = () => openModule(module.key, body, { issue: issue.key });
  queueMicrotask(() => show().catch((error) => body.replaceChildren(String(error))));
  return h('section', { class: 'card' }, h('h2', {}, module.name), body);
}

/** @param {string} name */
function status(name) {
  return lozenge(name, name === 'Done' ? 'success' : name === 'In Progress' ? 'information' : 'neutral');
}

/** The page of Confluence: one, which can be saved. */
export function pageView() {
  const save = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
    act('issue', fields, 'The page is saved', 'warning').then(redraw);
  };
  return h(
    'div',
    { class: 'view' },
    h('nav', { class: 'crumbs', 'aria-label': 'Breadcrumbs' }, 'Demonstration space / Pages'),
    h('header', {}, h('h1', {}, 'Retention of operation data')),
    firstSteps(),
    h(
      'p',
      {},
      'A page of the demonstration space. Saving it sends “page_updated” to the app, if its descriptor asks for it.',
    ),
    h(
      'form',
      { class: 'editor', onsubmit: save },
      h(
        'label',
        { class: 'field' },
        h('span', {}, 'Title'),
        h('input', { name: 'summary', value: 'Retention of operation data' }),
      ),
      h('div', {}, h('button', { class: 'button button-primary' }, 'Save')),
    ),
  );
}
