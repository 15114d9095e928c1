import { get, tell } from './client.ts';
import { type PreviewItem, readPreviewItem } from './items.ts';
import { type Page, withQuery } from './page.ts';
import { count, fields, flag, list, moment, orNull, text } from './read.ts';
import type { Told, Wire } from './wire.ts';

/** That there is a report; not what is in it. */
export type SiteReport = Pick<
  Told<'ReportSummary'>,
  'id' | 'number' | 'state' | 'severity' | 'createdAt' | 'closedAt' | 'deletedOn'
> & {
  /** What an administrator said to it, or that it waits for that; nothing where none is needed. */
  readonly approval: string | null;
};

/** Who let a report leave the site, or did not. */
export interface Decided {
  readonly at: string;
  readonly byYou: boolean;
  /** Their account, as long as there is one. */
  readonly by: string | null;
}

/** What an administrator says to a report that waits. */
export type ReportDecision = Wire<'ReportDecision'>;

/** Something that was said about a report. */
export type Said = Told<'ReportMessage'>;

/** One report, as far as an administrator may see it. */
export interface SiteReportDetails extends Pick<Told<'ReportDetails'>, 'items' | 'bytes'> {
  readonly approval: string | null;
  readonly decided: Decided | null;
  /** Nothing where the reporter did not let administrators read it. */
  readonly messages: readonly Said[] | null;
  readonly parts: readonly PreviewItem[] | null;
}

function readReport(value: unknown): SiteReport {
  const report = fields<SiteReport>(value);
  return {
    id: text(report.id),
    number: text(report.number),
    state: text(report.state),
    severity: text(report.severity),
    createdAt: moment(report.createdAt),
    closedAt: orNull(report.closedAt, moment),
    deletedOn: moment(report.deletedOn),
    approval: orNull(report.approval, text),
  };
}

function readDecided(value: unknown): Decided {
  const decided = fields<Told<'ReportDecided'>>(value);
  return { at: moment(decided.at), byYou: flag(decided.byYou), by: orNull(decided.by, text) };
}

function readSaid(value: unknown): Said {
  const said = fields<Said>(value);
  return { kind: text(said.kind), at: moment(said.at), text: text(said.text) };
}

export function readSiteReports(body: unknown): Page<SiteReport> {
  const page = fields<Told<'ReportPage'>>(body);
  return { items: list(page.reports).map(readReport), next: orNull(page.nextCursor, text) };
}

export function readDetails(body: unknown): SiteReportDetails {
  const report = fields<Told<'ReportDetails'>>(body);
  return {
    items: count(report.items),
    bytes: count(report.bytes),
    approval: orNull(report.approval, text),
    decided: orNull(report.decided, readDecided),
    parts: orNull(report.content, (content) => list(fields<Told<'ReportContent'>>(content).items).map(readPreviewItem)),
    messages: orNull(report.content, (content) => list(fields<Told<'ReportContent'>>(content).messages).map(readSaid)),
  };
}

/** How reports stand that are asked for. */
export interface ReportsAs {
  readonly approval?: Wire<'Approval'>;
  readonly state?: Wire<'State'>;
}

export function loadReportsAs(
  { approval = null, state = null }: { readonly [Member in keyof ReportsAs]?: ReportsAs[Member] | null },
  cursor: string | null,
  token: string,
  stop: AbortSignal,
): Promise<Page<SiteReport>> {
  const path = withQuery('/api/v1/problem-reports', { of: 'site', approval, state, cursor });
  return get(path, token, readSiteReports, stop);
}

/** Those that wait for an administrator. */
export function loadWaitingReports(cursor: string | null, token: string, stop: AbortSignal): Promise<Page<SiteReport>> {
  return loadReportsAs({ approval: 'waiting' }, cursor, token, stop);
}

/** All reports of the site and how they stand, as the service sends it. What is in them is in none of it. */
export function loadReportExport(token: string, stop: AbortSignal): Promise<unknown> {
  return get('/api/v1/problem-reports/export', token, fields, stop);
}

export function decideReport(id: string, decision: ReportDecision, token: string, stop: AbortSignal): Promise<void> {
  const path = `/api/v1/problem-reports/${encodeURIComponent(id)}/decision`;
  return tell({ method: 'POST', path, body: decision }, token, stop);
}

export function loadDetails(id: string, token: string, stop: AbortSignal): Promise<SiteReportDetails> {
  return get(`/api/v1/problem-reports/${encodeURIComponent(id)}`, token, readDetails, stop);
}
