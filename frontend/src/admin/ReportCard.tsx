import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import Lozenge from '@atlaskit/lozenge';
import { Inline, Stack } from '@atlaskit/primitives/compiled';
import { useId, useState } from 'react';

import { Moment } from '../shared/Moment.tsx';
import type { SiteReport } from '../shared/siteReports.ts';
import { ReportDetails } from './ReportDetails.tsx';
import { reportState, severityWord } from './reportWords.ts';

interface ReportCardProps {
  readonly report: SiteReport;
}

export function ReportCard({ report }: ReportCardProps) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const { label, appearance } = reportState(report.state);
  return (
    <li className="card">
      <Stack space="space.150">
        <Inline space="space.150" rowSpace="space.050" alignBlock="center" shouldWrap>
          <Heading as="h3" size="xsmall">
            {report.number}
          </Heading>
          <Lozenge appearance={appearance}>{label}</Lozenge>
        </Inline>
        <dl className="facts">
          <div>
            <dt>Reported</dt>
            <dd>
              <Moment at={report.createdAt} />
            </dd>
          </div>
          <div>
            <dt>Severity</dt>
            <dd>{severityWord(report.severity)}</dd>
          </div>
          <div>
            <dt>Deleted by</dt>
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
            aria-label={`${isOpen ? 'Hide' : 'Show'} details of ${report.number}`}
            onClick={() => setIsOpen(!isOpen)}
          >
            {isOpen ? 'Hide details' : 'Show details'}
          </Button>
        </div>
        <div id={id} hidden={!isOpen}>
          {isOpen && <ReportDetails id={report.id} />}
        </div>
      </Stack>
    </li>
  );
}
