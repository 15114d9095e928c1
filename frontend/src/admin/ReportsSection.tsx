import { PagedList } from '../shared/PagedList.tsx';
import { Section } from '../shared/Section.tsx';
import { loadSiteReports } from '../shared/siteReports.ts';
import { usePages } from '../shared/usePages.ts';
import { shownSentence } from './countWords.ts';
import { ReportCard } from './ReportCard.tsx';
import { useAdminWords } from './words/words.ts';

interface ReportsSectionProps {
  /** Another number loads them anew. */
  readonly run: number;
}

/** The problem reports of the site: that they are there, how they stand and when they go. */
export function ReportsSection({ run }: ReportsSectionProps) {
  const { counts, reports: words } = useAdminWords();
  const pages = usePages(loadSiteReports, run);
  return (
    <Section
      id="reports"
      title={words.title}
      about={words.about}
    >
      <PagedList
        pages={pages}
        what={words.what}
        empty={words.empty}
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
    </Section>
  );
}
