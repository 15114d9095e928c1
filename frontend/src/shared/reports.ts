import { ask } from './client.ts';
import { type PreviewItem, readPreviewItem } from './items.ts';
import { count, fields, flag, list, moment, oneOf, orNull, text } from './read.ts';
import type { Told, Wire } from './wire.ts';

const TIERS = ['minimal', 'full'] as const satisfies readonly Tier[];

/** How much is collected. */
export type Tier = Wire<'Tier'>;
export type Severity = Wire<'Severity'>;

export const readTier = oneOf(TIERS);

/** What a page tells of its browser: a closed list. */
export type BrowserFacts = Wire<'BrowserFacts'>;

export type PreviewRequest = Wire<'PreviewWish'>;

export type Missing = Told<'Missing'>;

/** Exactly what would be sent. */
export type Preview = Pick<Told<'Preview'>, 'freshUntil' | 'statementVersion' | 'missing' | 'unmatched' | 'previewToken' | 'needsApproval'> & {
  readonly tier: Tier;
  readonly items: readonly PreviewItem[];
  /** What is known of the same error, where somebody of this site reported it before. */
  readonly knownProblem: KnownProblem | null;
};

export type KnownProblem = Told<'KnownProblem'>;

export type Report = Omit<Told<'Report'>, 'language'> & Pick<Wire<'Report'>, 'language'>;

/** What became of a report. */
export type Ticket = Omit<Told<'ReportSent'>, 'id'>;

const PATH = '/api/v1/problem-reports';

/** Pictures are cleaned and encoded anew, a few at a time. */
const WITHIN_MILLISECONDS = 90_000;

function readMissing(value: unknown): Missing {
  const missing = fields<Missing>(value);
  return { name: text(missing.name), code: text(missing.code), why: text(missing.why) };
}

function readKnownProblem(value: unknown): KnownProblem {
  const known = fields<KnownProblem>(value);
  return { text: text(known.text), since: moment(known.since) };
}

export function readPreview(body: unknown): Preview {
  const preview = fields<Preview>(body);
  return {
    tier: readTier(preview.tier),
    freshUntil: moment(preview.freshUntil),
    statementVersion: count(preview.statementVersion),
    items: list(preview.items).map(readPreviewItem),
    missing: list(preview.missing).map(readMissing),
    unmatched: list(preview.unmatched).map(count),
    previewToken: text(preview.previewToken),
    needsApproval: flag(preview.needsApproval),
    knownProblem: orNull(preview.knownProblem, readKnownProblem),
  };
}

export function readTicket(body: unknown): Ticket {
  const ticket = fields<Ticket>(body);
  return {
    number: text(ticket.number),
    state: text(ticket.state),
    statusLink: text(ticket.statusLink),
    deletedOn: moment(ticket.deletedOn),
    awaitsApproval: flag(ticket.awaitsApproval),
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
