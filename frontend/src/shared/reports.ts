import { ask } from './client.ts';
import { type PreviewItem, readPreviewItem } from './items.ts';
import { count, fields, list, moment, oneOf, text } from './read.ts';
import type { Language } from './settings.ts';

const TIERS = ['minimal', 'full'] as const;

/** How much is collected. */
export type Tier = (typeof TIERS)[number];
export type Severity = 'low' | 'normal' | 'high' | 'blocking';

export const readTier = oneOf(TIERS);

/** What a page tells of its browser: a closed list. */
export interface BrowserFacts {
  readonly userAgent: string;
  readonly language: string;
  readonly width: number;
  readonly height: number;
  readonly dark: boolean;
  readonly online: boolean;
  readonly page: 'report';
}

export interface PreviewRequest {
  readonly description: string;
  readonly doing: string;
  readonly severity: Severity;
  /** Absent while it is left to the administrators of the site. */
  readonly tier?: Tier;
  readonly errorId?: string;
  readonly issueId?: string;
  readonly browser: BrowserFacts;
  readonly mask: readonly string[];
  readonly attachments: readonly { readonly name: string; readonly base64: string }[];
}

export interface Missing {
  readonly name: string;
  readonly why: string;
}

/** Exactly what would be sent. */
export interface Preview {
  readonly tier: Tier;
  readonly freshUntil: string;
  readonly statementVersion: number;
  readonly items: readonly PreviewItem[];
  readonly missing: readonly Missing[];
  /** Selections that stand in no text, by their places in the list that was sent. */
  readonly unmatched: readonly number[];
  readonly previewToken: string;
}

export interface Report {
  readonly previewToken: string;
  readonly items: readonly { readonly name: string; readonly content: string }[];
  readonly email: string;
  readonly language: Language;
  readonly consents: readonly string[];
  readonly privacy: boolean;
}

/** What became of a report. */
export interface Ticket {
  readonly number: string;
  readonly state: string;
  readonly statusLink: string;
  readonly deletedOn: string;
}

const PATH = '/api/v1/problem-reports';

/** Pictures are cleaned and encoded anew, a few at a time. */
const WITHIN_MILLISECONDS = 90_000;

function readMissing(value: unknown): Missing {
  const missing = fields(value);
  return { name: text(missing.name), why: text(missing.why) };
}

export function readPreview(body: unknown): Preview {
  const preview = fields(body);
  return {
    tier: readTier(preview.tier),
    freshUntil: moment(preview.freshUntil),
    statementVersion: count(preview.statementVersion),
    items: list(preview.items).map(readPreviewItem),
    missing: list(preview.missing).map(readMissing),
    unmatched: list(preview.unmatched).map(count),
    previewToken: text(preview.previewToken),
  };
}

export function readTicket(body: unknown): Ticket {
  const ticket = fields(body);
  return {
    number: text(ticket.number),
    state: text(ticket.state),
    statusLink: text(ticket.statusLink),
    deletedOn: moment(ticket.deletedOn),
  };
}

export function askForPreview(request: PreviewRequest, token: string, stop: AbortSignal): Promise<Preview> {
  const call = { method: 'POST', path: `${PATH}/preview`, body: request, withinMilliseconds: WITHIN_MILLISECONDS } as const;
  return ask(call, token, readPreview, stop);
}

/** Sent again with the same key, a report gets the answer that it got the first time. */
export function sendReport(report: Report, key: string, token: string, stop: AbortSignal): Promise<Ticket> {
  const headers = { 'Idempotency-Key': key };
  const call = { method: 'POST', path: PATH, body: report, headers, withinMilliseconds: WITHIN_MILLISECONDS } as const;
  return ask(call, token, readTicket, stop);
}
