import type { Language, Settings, SettingsChange } from '../shared/settings.ts';
import type { AdminWords } from './words/words.ts';

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

/** How faults are told, and how the numbers in them are written. */
export interface Telling {
  readonly words: AdminWords['settings']['faults'];
  readonly count: (value: number) => string;
}

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

function parseAddress(typed: string, { words, count }: Telling): Parsed<string | null> {
  const address = typed.trim();
  if (address === '') {
    return { value: null };
  }
  if (address.length > LONGEST_ADDRESS) {
    return { fault: words.longAddress(count(LONGEST_ADDRESS)) };
  }
  return ADDRESS.test(address) ? { value: address } : { fault: words.address };
}

function parseDays(typed: string, most: number, { words, count }: Telling): Parsed<number | null> {
  const written = typed.trim();
  if (written === '') {
    return { value: null };
  }
  const days = /^\d+$/.test(written) ? Number(written) : 0;
  const isInRange = days >= 1 && days <= most;
  return isInRange ? { value: days } : { fault: words.days(count(most)) };
}

/** A date that was not touched keeps its exact time, also when it has passed. */
function parseEnd(typed: string, saved: string | null, now: Date, { words }: Telling): Parsed<string | null> {
  if (typed === dateOf(saved)) {
    return { value: saved };
  }
  if (typed === '') {
    return { value: null };
  }
  const isDate = /^\d{4}-\d\d-\d\d$/.test(typed) && !Number.isNaN(Date.parse(typed));
  if (!isDate) {
    return { fault: words.date };
  }
  return typed < dateOf(now.toISOString())
    ? { fault: words.past }
    : { value: `${typed}T00:00:00Z` };
}

/** What to send, or what is wrong in which field. */
export function parseForm(
  form: SettingsForm,
  saved: Settings,
  now: Date,
  telling: Telling,
): { readonly change: SettingsChange } | { readonly faults: Faults } {
  const contact = parseAddress(form.contact, telling);
  const billingCc = parseAddress(form.billingCc, telling);
  const retentionDays = parseDays(form.retentionDays, saved.retentionDaysMax, telling);
  const subscriptionEndsAt = parseEnd(form.subscriptionEndsAt, saved.subscriptionEndsAt, now, telling);
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
