import Button from '@atlaskit/button/default/button';
import { Inline, Stack } from '@atlaskit/primitives/compiled';
import { useId, useState } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import type { SiteReport } from '../shared/siteReports.ts';
import { TextArea } from '../shared/TextArea.tsx';
import { type DecisionEnd, refusal } from './decision.ts';
import { useDecision } from './useDecision.ts';
import { useAdminWords } from './words/words.ts';

interface ReportDecisionProps {
  readonly report: SiteReport;
  readonly onEnd: (end: DecisionEnd) => void;
}

/** The two buttons under a report that waits. To refuse takes a second one: it deletes what was sent. */
export function ReportDecision({ report, onEnd }: ReportDecisionProps) {
  const { waiting: words } = useAdminWords().reports;
  const { isRunning, failure, decide } = useDecision(report.id, onEnd);
  const [isRefusing, setIsRefusing] = useState(false);
  const [reason, setReason] = useState('');
  const id = useId();
  const approve = () => void decide({ decision: 'approve' });

  return (
    <Stack space="space.150">
      {isRefusing ? (
        <>
          <TextArea id={id} label={words.reason} about={words.reasonAbout} rows={2} value={reason} fault={undefined} onChange={setReason} />
          <Inline space="space.100" rowSpace="space.100" shouldWrap>
            <Button appearance="danger" isLoading={isRunning} onClick={() => void decide(refusal(reason))}>
              {words.confirm}
            </Button>
            <Button appearance="subtle" isDisabled={isRunning} onClick={() => setIsRefusing(false)}>
              {words.cancel}
            </Button>
          </Inline>
        </>
      ) : (
        <Inline space="space.100" rowSpace="space.100" shouldWrap>
          <Button appearance="primary" isLoading={isRunning} aria-label={words.approveOf(report.number)} onClick={approve}>
            {words.approve}
          </Button>
          <Button isDisabled={isRunning} aria-label={words.refuseOf(report.number)} onClick={() => setIsRefusing(true)}>
            {words.refuse}
          </Button>
        </Inline>
      )}
      {failure !== null && <ActionFailure failure={failure} headingLevel="h4" />}
    </Stack>
  );
}
