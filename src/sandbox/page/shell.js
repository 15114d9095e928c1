/** The bar above and the bar beside: which product, who looks, and where to go. */
import { avatar, h, lozenge, select } from './dom.js';
import { replaceWithin } from './focus.js';
import { forgePages } from './forge.js';
import { consoleLink } from './steps.js';
import { site, siteName, state, switchUser } from './store.js';

/** Modules that are pages of their own, in the order in which they are listed. */
const PAGES = ['postInstallPage', 'configurePage', 'generalPages', 'adminPages'];

export function drawTop() {
  const { viewer } = site();
  const jira = siteName === 'jira';
  redraw(
    'top',
    h(
      'a',
      { class: 'brand', href: '#/' },
      h('img', { src: '/sandbox/page/icon.svg', alt: '', width: 24, height: 24 }),
      h('span', {}, jira ? 'Jira' : 'Confluence'),
      lozenge('Sandbox', 'neutral'),
    ),
    h(
      'nav',
      { class: 'products', 'aria-label': 'Products' },
      h('a', { href: '/', 'aria-current': jira && 'page' }, 'Jira'),
      h('a', { href: '/wiki', 'aria-current': !jira && 'page' }, 'Confluence'),
    ),
    h('span', { class: 'grow' }),
    hasFault() && h('a', { class: 'fault-mark', href: '#/faults' }, 'Faults are on'),
    themeButton(),
    avatar(viewer.displayName),
    select(
      'You are',
      [
        ['admin', 'Admin'],
        ['member', 'Member'],
        ['anonymous', 'Anonymous'],
      ],
      viewer.who,
      {
        onchange: (/** @type {Event} */ event) => {
          const choice = /** @type {HTMLSelectElement} */ (event.target);
          // A bar is not redrawn while one of its controls is in use.
          choice.blur();
          switchUser(choice.value);
        },
      },
    ),
  );
  document.title = `${jira ? 'Jira' : 'Confluence'} · Sandbox`;
}

export function drawSide() {
  const { modules, isInstalled, isOnForge, appName } = site();
  const pages = modules.filter((module) => PAGES.includes(module.kind));
  pages.sort((a, b) => PAGES.indexOf(a.kind) - PAGES.indexOf(b.kind));
  redraw(
    'side',
    group(
      siteName === 'jira' ? 'Demonstration' : 'Demonstration space',
      siteName === 'jira' ? link('#/', 'Issues') : link('#/', 'Retention page'),
    ),
    ...(isInstalled || !isOnForge
      ? [
          group(
            isInstalled && appName ? appName : 'Apps',
            ...(isInstalled
              ? pages.map((module) => link(`#/module/${module.key}`, module.name))
              : [h('p', { class: 'hint' }, 'No app is installed.')]),
          ),
        ]
      : []),
    ...(isOnForge
      ? [group(isInstalled ? 'Kept (Forge)' : 'Kept', ...forgePages().map((page) => link(`#/forge/${page.key}`, page.name)))]
      : []),
    group('Settings', link('#/apps', 'Manage apps'), link('#/faults', 'Faults')),
    group('Outside', link('#/mails', mailTitle()), link('#/desk', deskTitle()), consoleLink()),
  );
}

function mailTitle() {
  const count = state().mails.length;
  return count > 0 ? `Mail (${count})` : 'Mail';
}

function deskTitle() {
  const { count } = state().desk;
  return count > 0 ? `Service desk (${count})` : 'Service desk';
}

function hasFault() {
  const { keyServer, rest, desk, mail, duplicate, outOfOrder } = state().faults;
  return [keyServer, rest, desk, mail].some((fault) => fault !== 'up') || duplicate || outOfOrder;
}

function themeButton() {
  const isDark = document.documentElement.dataset.colorMode === 'dark';
  const change = () => {
    const mode = isDark ? 'light' : 'dark';
    document.documentElement.dataset.colorMode = mode;
    localStorage.setItem('sandbox-theme', mode);
    // Atlassian's host code looks for changes of the theme's attribute, as a product changes both at once.
    const { theme } = document.documentElement.dataset;
    document.documentElement.dataset.theme = theme;
    drawTop();
  };
  return h(
    'button',
    { type: 'button', class: 'button button-subtle', 'data-key': 'theme', onclick: change },
    isDark ? '☀ Light' : '☾ Dark',
  );
}

/**
 * @param {string} title
 * @param {...HTMLElement} entries
 */
function group(title, ...entries) {
  return h('section', {}, h('h2', {}, title), ...entries);
}

/**
 * @param {string} href
 * @param {string} text
 */
function link(href, text) {
  const here = location.hash || '#/';
  const isHere =
    href === here ||
    (href === '#/' && here.startsWith('#/issue')) ||
    (href === '#/mails' && here.startsWith('#/mails/'));
  return h('a', { href, 'aria-current': isHere && 'page' }, text);
}

/**
 * Replaces what is in a bar, unless somebody is using a control in it.
 *
 * @param {string} id
 * @param {...(Node | false)} children
 */
function redraw(id, ...children) {
  const bar = document.getElementById(id);
  if (bar?.querySelector('select:focus, input:focus')) return;
  replaceWithin(bar, ...children.filter((child) => child !== false));
}
