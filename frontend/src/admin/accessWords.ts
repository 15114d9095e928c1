import { kindName } from '../shared/names.ts';

const KINDS: Readonly<Record<string, string>> = {
  ticket_read: 'Read a report',
  tickets_searched: 'Searched the reports',
  bundle_opened: 'Opened what was sent with a report',
  bundle_downloaded: 'Downloaded what was sent with a report',
  download_deleted: 'Confirmed that a download is deleted',
  assigned: 'Gave a report to somebody to work on',
  prioritised: 'Changed how urgent a report is',
  tagged: 'Changed the tags of a report',
  note_added: 'Added an internal note',
  replied: 'Answered a report',
  merged: 'Merged two reports about the same problem',
  closed: 'Closed a report',
  state_changed: 'Changed the state of a report',
  address_corrected: 'Corrected the address for the answers to a report',
  access_refused: 'Was refused an access',
  access_reviewed: 'Looked at an access of somebody else',
  forgotten: 'Deleted what a report about privacy asked for',
  tenant_read: 'Looked at this installation and how much is stored of it',
};

const ROLES: Readonly<Record<string, string>> = {
  agent: 'support',
  lead: 'head of support',
  auditor: 'audit',
  operator: 'operations',
};

/** A kind that a newer service knows is shown under the service's own name. */
export function accessWords(kind: string): string {
  return KINDS[kind] ?? kindName(kind);
}

/** Who it was, with what they do at the vendor. */
export function whoWords(who: string | null, role: string | null): string {
  if (who === null) {
    return 'The app itself';
  }
  return role === null ? who : `${who} (${ROLES[role] ?? role})`;
}
