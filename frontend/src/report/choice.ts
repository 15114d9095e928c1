import type { PreviewItem } from '../shared/items.ts';
import type { Preview, Report } from '../shared/reports.ts';
import type { Language } from '../shared/settings.ts';

/** What the user switched, by the names of items. */
export type Switches = Readonly<Record<string, boolean>>;

/** Whom the answer goes to, and what the user allows besides. */
export interface Contact {
  readonly email: string;
  readonly language: Language;
  readonly forAdministrators: boolean;
  readonly forExperts: boolean;
  readonly isPrivacy: boolean;
}

const REPORT = 'report';
const LONGEST_ADDRESS = 254;

/** The service has the last word on addresses; this is what anybody would see. */
const ADDRESS = /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/;

export function canBeLeftOut(item: PreviewItem): boolean {
  return item.name !== REPORT;
}

/** What needs consent goes only with it; everything else goes unless it is switched off. */
export function isSent(item: PreviewItem, switches: Switches): boolean {
  return !canBeLeftOut(item) || (switches[item.name] ?? !item.needsConsent);
}

/** What was switched off stays off; what was agreed to is asked for anew. */
export function onlyOff(switches: Switches): Switches {
  return Object.fromEntries(Object.entries(switches).filter(([, isOn]) => !isOn));
}

export function isAddress(email: string): boolean {
  const address = email.trim();
  return address.length <= LONGEST_ADDRESS && ADDRESS.test(address);
}

/** Byte for byte what the preview showed, less what is switched off. */
export function reportOf(preview: Preview, switches: Switches, contact: Contact): Report {
  const sent = preview.items.filter((item) => isSent(item, switches));
  return {
    previewToken: preview.previewToken,
    items: sent.map(({ name, content }) => ({ name, content })),
    email: contact.email.trim(),
    language: contact.language,
    consents: [
      ...sent.filter((item) => item.needsConsent).map((item) => item.name),
      ...(contact.forAdministrators ? ['administrators'] : []),
      ...(contact.forExperts ? ['experts'] : []),
    ],
    privacy: contact.isPrivacy,
  };
}

/** A name for one report, kept for as long as exactly that report is sent, so that trying again makes no second ticket. */
export class ReportKey {
  private sent = '';
  private key = '';

  of(report: Report): string {
    const sent = JSON.stringify(report);
    if (sent !== this.sent) {
      this.sent = sent;
      this.key = randomKey();
    }
    return this.key;
  }
}

function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
