import { ask, get } from './client.ts';
import { count, fields, moment, nullable, oneOf, text } from './read.ts';
import { type ContactState, readContactState } from './session.ts';

const LANGUAGES = ['en', 'de'] as const;

/** The languages that mails are written in. */
export type Language = (typeof LANGUAGES)[number];

/** What an administrator may change. Each member is always sent. */
export interface SettingsChange {
  readonly contact: string | null;
  readonly billingCc: string | null;
  readonly language: Language;
  /** Nothing stands for the number of the policy. */
  readonly retentionDays: number | null;
  readonly subscriptionEndsAt: string | null;
}

export interface Settings extends SettingsChange {
  readonly retentionDaysMax: number;
  readonly contactState: ContactState;
}

const PATH = '/api/v1/settings';

export const readLanguage = oneOf(LANGUAGES);

export function readSettings(body: unknown): Settings {
  const settings = fields(body);
  return {
    contact: nullable(settings.contact, text),
    billingCc: nullable(settings.billingCc, text),
    language: readLanguage(settings.language),
    retentionDays: nullable(settings.retentionDays, count),
    retentionDaysMax: count(settings.retentionDaysMax),
    subscriptionEndsAt: nullable(settings.subscriptionEndsAt, moment),
    contactState: readContactState(settings.contactState),
  };
}

export function loadSettings(token: string, stop: AbortSignal): Promise<Settings> {
  return get(PATH, token, readSettings, stop);
}

export function saveSettings(change: SettingsChange, token: string, stop: AbortSignal): Promise<Settings> {
  return ask({ method: 'PUT', path: PATH, body: change }, token, readSettings, stop);
}
