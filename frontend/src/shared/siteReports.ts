import { get } from './client.ts';
import { type Page, withQuery } from './page.ts';
import { count, fields, list, moment, orNull, text } from './read.ts';

/** That there is a report; not what is in it. */
export interface SiteReport {
  readonly id: string;
  readonly number: string;
  readonly state: string;
  readonly severity: string;
  readonly createdAt: string;
  readonly closedAt: string | null;
  readonly deletedOn: string;
}

/** Something that was said about a report. */
export interface Said {
  readonly kind: string;
  readonly at: string;
  readonly text: string;
}

/** One report, as far as an administrator may see it. */
export interface SiteReportDetails {
  readonly items: number;
  readonly bytes: number;
  /** Nothing where the reporter did not let administrators read it. */
  readonly messages: readonly Said[] | null;
}

function readReport(value: unknown): SiteReport {
  const report = fields(value);
  return {
    id: text(report.id),
    number: text(report.number),
    state: text(report.state),
    severity: text(report.severity),
    createdAt: moment(report.createdAt),
    closedAt: orNull(report.closedAt, moment),
    deletedOn: moment(report.deletedOn),
  };
}

function readSaid(value: unknown): Said {
  const said = fields(value);
  return { kind: text(said.kind), at: moment(said.at), text: text(said.text) };
}

export function readSiteReports(body: unknown): Page<SiteReport> {
  const page = fields(body);
  return { items: list(page.reports).map(readReport), next: orNull(page.nextCursor, text) };
}

export function readDetails(body: unknown): SiteReportDetails {
  const report = fields(body);
  return {
    items: count(report.items),
    bytes: count(report.bytes),
    messages: orNull(report.content, (content) => list(fields(content).messages).map(readSaid)),
  };
}

export function loadSiteReports(cursor: string | null, token: string, stop: AbortSignal): Promise<Page<SiteReport>> {
  return get(withQuery('/api/v1/problem-reports', { of: 'site', cursor }), token, readSiteReports, stop);
}

export function loadDetails(id: string, token: string, stop: AbortSignal): Promise<SiteReportDetails> {
  return get(`/api/v1/problem-reports/${encodeURIComponent(id)}`, token, readDetails, stop);
}
