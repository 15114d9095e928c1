import { kindName } from '../shared/names.ts';

/** What happened, and more about it when the service says more. */
export interface EventWords {
  readonly what: string;
  readonly more: string | null;
}

const EVENTS: Readonly<Record<string, string>> = {
  installed: 'The app was installed',
  reinstalled: 'The app was installed again',
  uninstalled: 'The app was uninstalled',
  enabled: 'The app was switched on',
  disabled: 'The app was switched off',
  suspected: 'A deletion of the data was scheduled',
  suspicion_cleared: 'The scheduled deletion was called off',
  erasure_asked: 'The early deletion of all data was asked for',
  erasure_undone: 'The early deletion was undone',
  erasure_due: 'The day came on which the data was due to go',
  notice_sent: 'A notice was sent by mail',
  notice_undeliverable: 'A notice could not be delivered',
  notice_without_contact: 'A notice had no address to go to',
  settings_changed: 'The settings were changed',
  exported: 'The data was downloaded',
  subscription_ends: 'An end date of the subscription became known',
};

const NOTICES: Readonly<Record<string, string>> = {
  before_end: 'About the end of the subscription',
  before_erasure: 'About the deletion of the data',
};

/** The same reason reads differently where it begins and where it ends. */
const DETAILS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  suspected: {
    lapsed: 'The licence of the app had ended',
    unreachable: 'The site had refused the requests of the app for some time',
    superseded: 'A newer installation of the app had appeared for the same site',
  },
  suspicion_cleared: {
    lapsed: 'The licence of the app was renewed',
    unreachable: 'The site answers the app again',
    superseded: 'This installation is in use',
  },
  notice_sent: NOTICES,
  notice_undeliverable: NOTICES,
  notice_without_contact: NOTICES,
};

const UPCOMING: Readonly<Record<string, string>> = {
  notice_before_end: 'A mail tells you that the subscription ends',
  notice_before_erasure: 'A mail tells you that the data will be deleted',
  erasure: 'The data of this site is deleted',
  unreadable_everywhere: 'Nothing of it can be read any more, in backups either',
  backups_gone: 'The last backup with a copy is gone',
};

function detailWords(kind: string, detail: string | null): string | null {
  if (detail === null) {
    return null;
  }
  // A kind of notice is the same with and without the word before it.
  return DETAILS[kind]?.[detail.replace(/^notice_/, '')] ?? kindName(detail);
}

/** A kind that a newer service knows is shown under the service's own name. */
export function eventWords(kind: string, detail: string | null): EventWords {
  return { what: EVENTS[kind] ?? kind, more: detailWords(kind, detail) };
}

export function upcomingWords(kind: string): string {
  return UPCOMING[kind] ?? kind;
}
