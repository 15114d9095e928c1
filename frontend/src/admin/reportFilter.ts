import { loadReportsAs, type ReportsAs, type SiteReport } from '../shared/siteReports.ts';
import type { Page } from '../shared/page.ts';

/** How reports stand that are listed, in the order in which somebody wants to find them: what waits for them comes first. */
export const REPORT_FILTERS = ['all', 'held', 'received', 'triaged', 'waiting', 'solved', 'closed', 'refused'] as const;

export type ReportFilter = (typeof REPORT_FILTERS)[number];

/** What has not left the site is in no state of the vendor's, so the service knows it by its approval. */
function askedFor(filter: ReportFilter): ReportsAs {
  switch (filter) {
    case 'all':
      return {};
    case 'held':
      return { approval: 'waiting' };
    case 'refused':
      return { approval: 'refused' };
    default:
      return { state: filter };
  }
}

type LoadReports = (cursor: string | null, token: string, stop: AbortSignal) => Promise<Page<SiteReport>>;

/** The same function for the same filter, so that nothing is loaded anew without need. */
export const loadFiltered = Object.fromEntries(
  REPORT_FILTERS.map((filter) => [filter, (cursor, token, stop) => loadReportsAs(askedFor(filter), cursor, token, stop)]),
) as Readonly<Record<ReportFilter, LoadReports>>;
