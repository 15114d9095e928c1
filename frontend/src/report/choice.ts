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
  /** Whether the report follows a known problem, where there is one. */
  readonly isFollowing: boolean;
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

/** What goes nowhere because nobody has agreed to it, which is easily overlooked. */
export function notAgreed(items: readonly PreviewItem[], switches: Switches): readonly PreviewItem[] {
  return items.filter((item) => item.needsConsent && !isSent(item, switches));
}

/** What was agreed to is agreed to byte for byte, under one statement; files may change their places. */
function wasAgreed(item: PreviewItem, before: Preview, switches: Switches): boolean {
  const alike = before.items.filter(
    (other) => other.needsConsent && other.sha256 === item.sha256 && placeOf(other) === placeOf(item),
  );
  const same = alike.filter((other) => other.name === item.name);
  const found = same.length > 0 ? same : alike;
  return found.length > 0 && found.every((other) => isSent(other, switches));
}

function placeOf({ name }: PreviewItem): string {
  return name.replace(/^attachment-\d+$/, 'attachment');
}

/** The switches for a new preview: what was agreed to and is still the same stays agreed to, and what was switched off stays off. */
export function kept(switches: Switches, before: Preview, now: Preview): Switches {
  if (before.statementVersion !== now.statementVersion) {
    return onlyOff(switches);
  }
  const agreed = now.items.filter((item) => item.needsConsent && wasAgreed(item, before, switches));
  return { ...onlyOff(switches), ...Object.fromEntries(agreed.map(({ name }) => [name, true])) };
}

function onlyOff(switches: Switches): Switches {
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
    follow: contact.isFollowing && preview.knownProblem !== null,
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
