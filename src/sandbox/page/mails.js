/**
 * Mails that the app sent: a list, and one of them as a mail program shows it.
 *
 * @import { Mail } from './types.d.ts'
 */
import { h, message } from './dom.js';
import { state } from './store.js';

export function mailsView() {
  const mails = state().mails.toReversed();
  const heads = ['Subject', 'To', 'Received'].map((text) => h('th', { scope: 'col' }, text));
  const table = h(
    'div',
    { class: 'table' },
    h('table', {}, h('thead', {}, h('tr', {}, ...heads)), h('tbody', {}, ...mails.map(line))),
  );
  return h(
    'div',
    { class: 'view' },
    h('header', {}, h('h1', {}, 'Mail')),
    h('p', {}, `What arrived at ${state().smtpUrl}, whoever it was meant for.`),
    mails.length > 0 ? table : h('p', { class: 'hint' }, 'No mail has arrived yet.'),
  );
}

/** @param {Mail} mail */
function line(mail) {
  const href = `#/mails/${mail.number}`;
  return h(
    'tr',
    {},
    h('td', {}, h('a', { href }, mail.subject)),
    h('td', {}, [...mail.to, ...mail.cc].join(', ')),
    h('td', {}, h('time', {}, moment(mail.at))),
  );
}

/** @param {string} number */
export function mailView(number) {
  const mail = state().mails.find((one) => String(one.number) === number);
  if (!mail) {
    const none = message('information', 'There is no such mail', 'It came before the sandbox was started.');
    return h('div', { class: 'view' }, h('header', {}, h('h1', {}, 'Mail')), none);
  }
  return h(
    'div',
    { class: 'view' },
    h('header', {}, h('h1', {}, mail.subject)),
    facts(mail),
    h('h2', {}, 'Text'),
    h('div', { class: 'mail-text' }, ...linked(mail.text)),
    h('h2', {}, 'HTML'),
    // Nothing in a mail may act on this page. Its links open pages of their own.
    h('iframe', {
      class: 'mail-html',
      title: 'The mail as HTML',
      sandbox: 'allow-popups allow-popups-to-escape-sandbox',
      srcdoc: mail.html.replace('<head>', '<head><base target="_blank">'),
    }),
  );
}

/** @param {Mail} mail */
function facts(mail) {
  /** @type {[string, string][]} */
  const lines = [
    ['From', mail.from.join(', ')],
    ['To', mail.to.join(', ')],
    ['Cc', mail.cc.join(', ')],
    ['Reply to', mail.replyTo.join(', ')],
    ['Delivered to', mail.recipients.join(', ')],
    ['Date', moment(mail.date)],
    ['Message-ID', mail.messageId],
  ];
  const shown = lines.filter(([, value]) => value !== '');
  return h('dl', { class: 'facts' }, ...shown.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

/**
 * A text whose addresses can be clicked.
 *
 * @param {string} text
 */
function linked(text) {
  return text.split(/(https?:\/\/[^\s]*[^\s.,;:])/).map((part, index) =>
    index % 2 === 1
      ? h('a', { href: part, target: '_blank', rel: 'noopener noreferrer' }, part)
      : document.createTextNode(part),
  );
}

/** @param {string} at */
function moment(at) {
  return at.slice(0, 16).replace('T', ' ');
}
