import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import Lozenge from '@atlaskit/lozenge';
import { Inline, Stack } from '@atlaskit/primitives/compiled';
import { type ReactNode, useId, useState } from 'react';

import { Moment } from '../shared/Moment.tsx';
import type { SiteReport } from '../shared/siteReports.ts';
import { ReportDetails } from './ReportDetails.tsx';
import { reportState, severityWord } from './reportWords.ts';
import { useAdminWords } from './words/words.ts';

interface ReportCardProps {
  readonly report: SiteReport;
  /** What can be done about it. */
  readonly children?: ReactNode;
}

export function ReportCard({ report, children }: ReportCardProps) {
  const { reports: words } = useAdminWords();
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const { label, appearance } = reportState(report, words);
  return (
    <li className="card">
      <Stack space="space.150">
        <Inline space="space.150" rowSpace="space.050" alignBlock="center" shouldWrap>
          <Heading as="h3" size="xsmall">
            <span className="number">{report.number}</span>
          </Heading>
          <Lozenge appearance={appearance}>{label}</Lozenge>
        </Inline>
        <dl className="facts">
          <div>
            <dt>{words.reported}</dt>
            <dd>
              <Moment at={report.createdAt} />
            </dd>
          </div>
          <div>
            <dt>{words.severity}</dt>
            <dd>{severityWord(report.severity, words)}</dd>
          </div>
          <div>
            <dt>{words.deletedBy}</dt>
            <dd>
              <Moment at={report.deletedOn} />
            </dd>
          </div>
        </dl>
        <div>
          <Button
            spacing="compact"
            aria-expanded={isOpen}
            aria-controls={id}
            aria-label={isOpen ? words.hideOf(report.number) : words.showOf(report.number)}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? words.hide : words.show}
          </Button>
        </div>
        <div id={id} hidden={!isOpen}>
          {isOpen && <ReportDetails id={report.id} />}
        </div>
        {children}
      </Stack>
    </li>
  );
}
