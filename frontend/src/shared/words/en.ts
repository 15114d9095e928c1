import { counted, type Messages } from '../catalogue.ts';

/** What the parts say that all pages use. The German ones in `de.ts` have the same type. */
export const en = {
  loading: (what: string) => `Loading ${what}`,
  retry: 'Try again',
  showMore: 'Show more',
  requestId: 'Request id:',
  appSays: 'The app says:',
  report: 'Report this problem',
  reportTitle: 'Report a problem',
  languageOfMails: 'Language of mails',
  failures: {
    soon: 'Please try again in a moment.',
    wait: (seconds: number) =>
      counted('en', seconds, { one: 'Please try again in # second.', other: 'Please try again in # seconds.' }),
    network: {
      title: 'The app could not be reached',
      text: 'Check your connection to the internet, and try again.',
    },
    noHost: {
      title: 'Your site does not answer',
      text: 'This page works only inside Jira or Confluence. Open it from there, or reload the whole page if you did.',
    },
    unreadable: {
      title: 'The answer could not be read',
      text: 'The app sent something that this page does not understand, so nothing is shown. Reload the whole page to get its newest version.',
    },
    signedOut: {
      title: 'You are not signed in to the app',
      text: 'The app could not confirm which site and user this page is open for. Reload the whole page, and sign in to your site again if that does not help.',
    },
    forbidden: {
      title: 'The app may not show this',
      text: 'The app refuses this request for your site or user.',
    },
    tooMany: 'Too many requests',
    noAnswerOfSite: 'Your site did not answer the app',
    unavailable: 'The app cannot answer right now',
    other: { title: 'Something went wrong in the app', text: 'Please try again.' },
    codes: {
      admin_required: {
        title: 'Only administrators can see this',
        text: 'Only administrators of this site can see what the app stores. Please ask one of them.',
      },
      tenant_disabled: {
        title: 'The app is switched off on this site',
        text: 'An administrator of the site can switch it on again.',
      },
      consent_required: {
        title: 'Whoever reported this has not agreed to it',
        text: 'What is in a report is only shown while its reporter agrees to that.',
      },
      reports_forbidden: {
        title: 'The administrators of this site do not allow problem reports',
        text: 'Nothing can be sent from here. Please ask one of them.',
      },
      invalid_body: {
        title: 'The app does not accept this',
        text: 'Something in it is not as the app expects. Check it, and try again.',
      },
      not_found: { title: 'This is not there', text: 'It may have been deleted meanwhile. Reload the page to see what is there.' },
      state_changed: {
        title: 'This has changed meanwhile',
        text: 'What is there is not what was shown. Look again, and try once more.',
      },
      limit_reached: { title: 'There is no room for more', text: 'As much as this site may store of this is stored already.' },
      body_too_large: { title: 'This is too large', text: 'Make it smaller, and try again.' },
      attachment_refused: {
        title: 'A file cannot be sent',
        text: 'It is of a kind that may not be attached. Take it out or choose another one, and look again.',
      },
      secret_in_report: {
        title: 'The report holds a secret of this site',
        text: 'It cannot be sent like that. Take out passwords, tokens and the like, and look again.',
      },
    },
  },
  products: { jira: 'Jira', confluence: 'Confluence' },
  classes: {
    account: { name: 'Account data', about: 'What the app needs to know about this installation' },
    operation: { name: 'Operation data', about: 'What the app needs for a limited time to do its work' },
    uploaded: { name: 'Uploaded data', about: 'What people have entered in the app' },
    session: { name: 'Session data', about: 'How often parts of the app are used' },
    support: { name: 'Support data', about: 'Reported problems and what was sent with them' },
    audit: { name: 'Records of what was done', about: 'When the app was installed, changed or asked for something' },
    'app-log': { name: 'Application log', about: 'What the app did, and what went wrong' },
    order: { name: 'Order data', about: 'What was ordered, kept for tax reasons' },
  },
  kinds: {
    installation: 'installation',
    webhook: 'webhook',
    licence: 'licence',
    issue_copy: 'issue copy',
    field_trace: 'field trace',
    twin: 'twin',
    relation: 'relation',
    draft: 'draft',
    operation: 'operation',
    tombstone: 'tombstone',
    storage: 'storage',
    settings: 'settings',
    admin_page: 'admin page',
    export: 'export',
    report_page: 'report page',
    ticket: 'ticket',
    bundle_item: 'bundle item',
    consent: 'consent',
    copy: 'copy',
    support: 'support',
    erasure: 'erasure',
    user_reply: 'user reply',
    staff_reply: 'staff reply',
    internal_note: 'internal note',
    state: 'state',
    notice_before_end: 'notice before end',
    notice_before_erasure: 'notice before erasure',
  },
} satisfies Messages;
