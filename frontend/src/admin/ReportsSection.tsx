import { PagedList } from '../shared/PagedList.tsx';
import { Section } from '../shared/Section.tsx';
import { loadSiteReports } from '../shared/siteReports.ts';
import { usePages } from '../shared/usePages.ts';
import { reportsSentence, shownSentence } from './countWords.ts';
import { ReportCard } from './ReportCard.tsx';

interface ReportsSectionProps {
  /** Another number loads them anew. */
  readonly run: number;
}

/** The problem reports of the site: that they are there, how they stand and when they go. */
export function ReportsSection({ run }: ReportsSectionProps) {
  const pages = usePages(loadSiteReports, run);
  return (
    <Section
      id="reports"
      title="Reports of this site"
      about="Problems that users of your site have reported, how they stand, and when everything about them is deleted."
    >
      <PagedList
        pages={pages}
        what="the reports"
        empty="Nobody on your site has reported a problem."
        shown={(count, hasMore) => shownSentence(reportsSentence(count), hasMore)}
      >
        {(reports) => (
          <ul className="cards" aria-label="Reports, the newest first">
            {reports.map((report) => (
              <ReportCard key={report.id} report={report} />
            ))}
          </ul>
        )}
      </PagedList>
    </Section>
  );
}
