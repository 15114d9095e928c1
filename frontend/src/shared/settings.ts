import { ask, get } from './client.ts';
import { count, fields, flag, list, moment, nullable, oneOf, text } from './read.ts';
import { readTier, type Tier } from './reports.ts';
import { type ContactState, readContactState } from './session.ts';

const LANGUAGES = ['en', 'de'] as const;

/** The languages that mails are written in. */
export type Language = (typeof LANGUAGES)[number];

/** What the site rules about problem reports. */
export interface ReportRules {
  readonly allowed: boolean;
  /** What the page offers first. */
  readonly tier: Tier;
  /** Whether content of issues never leaves, whatever a user agrees to. */
  readonly neverContent: boolean;
  readonly terms: readonly string[];
}

/** What an administrator may change. Each member is always sent; without `reports`, its rules stay. */
export interface SettingsChange {
  readonly contact: string | null;
  readonly billingCc: string | null;
  readonly language: Language;
  /** Nothing stands for the number of the policy. */
  readonly retentionDays: number | null;
  readonly subscriptionEndsAt: string | null;
  readonly reports?: ReportRules;
}

export interface Settings extends SettingsChange {
  readonly reports: ReportRules;
  readonly retentionDaysMax: number;
  readonly contactState: ContactState;
}

const PATH = '/api/v1/settings';

export const readLanguage = oneOf(LANGUAGES);

function readRules(value: unknown): ReportRules {
  const rules = fields(value);
  return {
    allowed: flag(rules.allowed),
    tier: readTier(rules.tier),
    neverContent: flag(rules.neverContent),
    terms: list(rules.terms).map(text),
  };
}

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
    reports: readRules(settings.reports),
  };
}

export function loadSettings(token: string, stop: AbortSignal): Promise<Settings> {
  return get(PATH, token, readSettings, stop);
}

export function saveSettings(change: SettingsChange, token: string, stop: AbortSignal): Promise<Settings> {
  return ask({ method: 'PUT', path: PATH, body: change }, token, readSettings, stop);
}
