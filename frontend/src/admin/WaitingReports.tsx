import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';
import { useState } from 'react';

import { loadWaitingReports, type SiteReport } from '../shared/siteReports.ts';
import { usePages } from '../shared/usePages.ts';
import { PagedList } from '../shared/PagedList.tsx';
import { shownSentence } from './countWords.ts';
import { type DecisionEnd, endSentence } from './decision.ts';
import { ReportCard } from './ReportCard.tsx';
import { ReportDecision } from './ReportDecision.tsx';
import { useAdminWords } from './words/words.ts';

interface WaitingReportsProps {
  /** Another number loads them anew. */
  readonly run: number;
  /** Called when something was decided, here or by somebody else. */
  readonly onDecided: () => void;
}

/** Reports that leave the site only with an administrator's word. */
export function WaitingReports({ run, onDecided }: WaitingReportsProps) {
  const { counts, reports } = useAdminWords();
  const words = reports.waiting;
  const pages = usePages(loadWaitingReports, run);
  const [said, setSaid] = useState<{ readonly end: DecisionEnd; readonly number: string } | null>(null);

  const ended = (report: SiteReport) => (end: DecisionEnd) => {
    setSaid({ end, number: report.number });
    onDecided();
  };

  return (
    <Stack space="space.150">
      <Heading as="h3" size="small">
        {words.title}
      </Heading>
      <Text as="p">{words.about}</Text>
      <div role="status" className="slot">
        {said !== null && (
          <SectionMessage appearance={said.end === 'changed' ? 'warning' : 'success'}>
            <p>{endSentence(said.end, said.number, reports)}</p>
          </SectionMessage>
        )}
      </div>
      <PagedList
        pages={pages}
        what={words.what}
        empty={words.empty}
        shown={(count, hasMore) => shownSentence(counts.reports(count), hasMore, counts)}
      >
        {(waiting) => (
          <ul className="cards" aria-label={words.list}>
            {waiting.map((report) => (
              <ReportCard key={report.id} report={report}>
                <ReportDecision report={report} onEnd={ended(report)} />
              </ReportCard>
            ))}
          </ul>
        )}
      </PagedList>
    </Stack>
  );
}
