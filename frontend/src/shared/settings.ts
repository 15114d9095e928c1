import { ask, get } from './client.ts';
import { count, fields, flag, list, moment, nullable, oneOf, text } from './read.ts';
import { readTier } from './reports.ts';
import { readContactState } from './session.ts';
import type { Wire } from './wire.ts';

const RULES = ['allow', 'approve', 'forbid'] as const satisfies readonly ReportRule[];
/** The parts of a report that a site may hold back: all that is collected but the report itself. */
export const PARTS = [
  'account',
  'licence',
  'issue',
  'records',
  'settings',
  'errors',
  'versions',
  'browser',
] as const satisfies readonly Wire<'ItemName'>[];
const LANGUAGES = ['en', 'de'] as const satisfies readonly Language[];

/** The languages that mails are written in. */
export type Language = Wire<'Language'>;

/** Whether reports may leave the site: at once, when an administrator has approved them, or not at all. */
export type ReportRule = Wire<'ReportRule'>;

/** A part that a site may hold back. */
export type Part = (typeof PARTS)[number];

/** What the site rules about problem reports. */
export type ReportRules = Wire<'ReportRules'> & { readonly blocked: readonly Part[] };

/** What an administrator may change. Each member is always sent; without `reports`, its rules stay. */
export type SettingsChange = Wire<'SettingsChange'>;

export type Settings = Omit<Wire<'Settings'>, 'reports'> & { readonly reports: ReportRules };

const PATH = '/api/v1/settings';

export const readRule = oneOf(RULES);
export const readLanguage = oneOf(LANGUAGES);
export const readPart = oneOf(PARTS);

function readRules(value: unknown): ReportRules {
  const rules = fields<ReportRules>(value);
  return {
    rule: readRule(rules.rule),
    tier: readTier(rules.tier),
    neverContent: flag(rules.neverContent),
    terms: list(rules.terms).map(text),
    blocked: list(rules.blocked).map(readPart),
  };
}

export function readSettings(body: unknown): Settings {
  const settings = fields<Settings>(body);
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
