import { useState } from 'react';

import { PagedList } from '../shared/PagedList.tsx';
import { Section } from '../shared/Section.tsx';
import { loadReportExport } from '../shared/siteReports.ts';
import { usePages } from '../shared/usePages.ts';
import { shownSentence } from './countWords.ts';
import { DownloadList } from './DownloadList.tsx';
import { ReportCard } from './ReportCard.tsx';
import { loadFiltered, type ReportFilter } from './reportFilter.ts';
import { ReportFilterField } from './ReportFilterField.tsx';
import { WaitingReports } from './WaitingReports.tsx';
import { useAdminWords } from './words/words.ts';

interface ReportsSectionProps {
  /** Another number loads them anew. */
  readonly run: number;
  /** Whether the site rules that reports need an administrator's word. */
  readonly isApproving: boolean;
}

/** The problem reports of the site: that they are there, how they stand and when they go. */
export function ReportsSection({ run, isApproving }: ReportsSectionProps) {
  const { counts, reports: words } = useAdminWords();
  const [decisions, setDecisions] = useState(0);
  const [filter, setFilter] = useState<ReportFilter>('all');
  const pages = usePages(loadFiltered[filter], run + decisions);
  const hasAny = filter !== 'all' || pages.parts.some((part) => part.items.length > 0);
  // What began to wait under another rule waits on.
  const isAnyWaiting = pages.parts.some((part) => part.items.some((report) => report.approval === 'waiting'));
  return (
    <Section
      id="reports"
      title={words.title}
      about={words.about}
    >
      {(isApproving || isAnyWaiting || decisions > 0) && (
        <WaitingReports run={run + decisions} onDecided={() => setDecisions(decisions + 1)} />
      )}
      {hasAny && <ReportFilterField value={filter} onChange={setFilter} />}
      <PagedList
        pages={pages}
        what={words.what}
        empty={filter === 'all' ? words.empty : words.noneSo}
        shown={(count, hasMore) => shownSentence(counts.reports(count), hasMore, counts)}
      >
        {(reports) => (
          <ul className="cards" aria-label={words.list}>
            {reports.map((report) => (
              <ReportCard key={report.id} report={report} />
            ))}
          </ul>
        )}
      </PagedList>
      {hasAny && <DownloadList label={words.download} fileName="problem-reports.json" load={loadReportExport} />}
    </Section>
  );
}
