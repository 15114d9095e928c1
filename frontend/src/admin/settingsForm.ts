import { formatCount } from '../shared/format.ts';
import type { Language, Settings, SettingsChange } from '../shared/settings.ts';

/** The settings as they stand in the fields of the form. */
export interface SettingsForm {
  readonly contact: string;
  readonly billingCc: string;
  readonly language: Language;
  readonly retentionDays: string;
  /** A date as `YYYY-MM-DD`. */
  readonly subscriptionEndsAt: string;
}

export type Field = keyof SettingsForm;

export type Faults = Readonly<Partial<Record<Field, string>>>;

/** In the order in which they stand on the page. */
export const FIELDS: readonly Field[] = ['contact', 'billingCc', 'language', 'retentionDays', 'subscriptionEndsAt'];

/** Also for a date that is typed in part, which the field of a browser keeps to itself. */
export const NO_WHOLE_DATE = 'Enter a whole date, or leave the field empty.';

const LONGEST_ADDRESS = 254;

/** The service has the last word on addresses; this is what anybody would see. */
const ADDRESS = /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/;

function dateOf(moment: string | null): string {
  return moment === null ? '' : new Date(moment).toISOString().slice(0, 10);
}

export function formOf(settings: Settings): SettingsForm {
  return {
    contact: settings.contact ?? '',
    billingCc: settings.billingCc ?? '',
    language: settings.language,
    retentionDays: settings.retentionDays?.toString() ?? '',
    subscriptionEndsAt: dateOf(settings.subscriptionEndsAt),
  };
}

/** A value for the service, or what is wrong with what was typed. */
type Parsed<Value> = { readonly value: Value } | { readonly fault: string };

function parseAddress(typed: string): Parsed<string | null> {
  const address = typed.trim();
  if (address === '') {
    return { value: null };
  }
  if (address.length > LONGEST_ADDRESS) {
    return { fault: `Enter an address with at most ${LONGEST_ADDRESS} characters.` };
  }
  return ADDRESS.test(address) ? { value: address } : { fault: 'Enter one address, like name@example.com.' };
}

function parseDays(typed: string, most: number): Parsed<number | null> {
  const written = typed.trim();
  if (written === '') {
    return { value: null };
  }
  const days = /^\d+$/.test(written) ? Number(written) : 0;
  const isInRange = days >= 1 && days <= most;
  return isInRange
    ? { value: days }
    : { fault: `Enter a whole number of days from 1 to ${formatCount(most)}, or leave the field empty.` };
}

/** A date that was not touched keeps its exact time, also when it has passed. */
function parseEnd(typed: string, saved: string | null, now: Date): Parsed<string | null> {
  if (typed === dateOf(saved)) {
    return { value: saved };
  }
  if (typed === '') {
    return { value: null };
  }
  const isDate = /^\d{4}-\d\d-\d\d$/.test(typed) && !Number.isNaN(Date.parse(typed));
  if (!isDate) {
    return { fault: NO_WHOLE_DATE };
  }
  return typed < dateOf(now.toISOString())
    ? { fault: 'Enter a date that is not in the past, or leave the field empty.' }
    : { value: `${typed}T00:00:00Z` };
}

/** What to send, or what is wrong in which field. */
export function parseForm(
  form: SettingsForm,
  saved: Settings,
  now: Date,
): { readonly change: SettingsChange } | { readonly faults: Faults } {
  const contact = parseAddress(form.contact);
  const billingCc = parseAddress(form.billingCc);
  const retentionDays = parseDays(form.retentionDays, saved.retentionDaysMax);
  const subscriptionEndsAt = parseEnd(form.subscriptionEndsAt, saved.subscriptionEndsAt, now);
  if ('value' in contact && 'value' in billingCc && 'value' in retentionDays && 'value' in subscriptionEndsAt) {
    return {
      change: {
        contact: contact.value,
        billingCc: billingCc.value,
        language: form.language,
        retentionDays: retentionDays.value,
        subscriptionEndsAt: subscriptionEndsAt.value,
      },
    };
  }
  const all = Object.entries({ contact, billingCc, retentionDays, subscriptionEndsAt });
  return { faults: Object.fromEntries(all.flatMap(([field, part]) => ('fault' in part ? [[field, part.fault]] : []))) };
}

/** The one field that a sentence of the service speaks about, if there is one. */
export function fieldNamedIn(sentence: string): Field | null {
  const named = FIELDS.filter((field) => new RegExp(`\\b${field}\\b`).test(sentence));
  return named.length === 1 ? (named[0] ?? null) : null;
}
