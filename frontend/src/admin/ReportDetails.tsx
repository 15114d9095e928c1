import { Stack, Text } from '@atlaskit/primitives/compiled';
import { useCallback } from 'react';

import { LoadedPart } from '../shared/LoadedPart.tsx';
import { Moment } from '../shared/Moment.tsx';
import { loadDetails, type Said, type SiteReportDetails } from '../shared/siteReports.ts';
import { useFormat } from '../shared/speech.ts';
import { useLoad } from '../shared/useLoad.ts';
import { decidedBy } from './decision.ts';
import { ReportParts } from './ReportParts.tsx';
import { saidBy } from './reportWords.ts';
import { useAdminWords } from './words/words.ts';

interface ReportDetailsProps {
  readonly id: string;
}

/** What an administrator may see of one report, fetched when they ask for it. */
export function ReportDetails({ id }: ReportDetailsProps) {
  const { reports: words } = useAdminWords();
  const load = useCallback((token: string, stop: AbortSignal) => loadDetails(id, token, stop), [id]);
  const { load: details, isLoading, retry } = useLoad(load, 0);
  return (
    <LoadedPart load={details} what={words.whatOne} isRetrying={isLoading} onRetry={retry} headingLevel="h4">
      {(value) => <Details details={value} />}
    </LoadedPart>
  );
}

function Details({ details }: { readonly details: SiteReportDetails }) {
  const { reports: words } = useAdminWords();
  const format = useFormat();
  const { items, bytes, messages, parts, decided, approval } = details;
  return (
    <Stack space="space.100">
      <Text as="p">{words.parts(items, format.bytes(bytes))}</Text>
      {decided !== null && (
        <Text as="p">
          {(approval === 'refused' ? words.decided.refused : words.decided.approved)(decidedBy(decided, words))}{' '}
          <Moment at={decided.at} />
        </Text>
      )}
      {parts !== null && <ReportParts parts={parts} />}
      {messages === null && <Text as="p">{words.closed}</Text>}
      {messages !== null && messages.length === 0 && <Text as="p">{words.silent}</Text>}
      {messages !== null && messages.length > 0 && (
        <ol className="timeline">
          {messages.map((said, at) => (
            <SaidLine key={at} said={said} />
          ))}
        </ol>
      )}
    </Stack>
  );
}

function SaidLine({ said }: { readonly said: Said }) {
  const { reports: words } = useAdminWords();
  return (
    <li>
      <span className="subtle">
        {saidBy(said.kind, words)}, <Moment at={said.at} />
      </span>
      <span className="any-text said">{said.text}</span>
    </li>
  );
}
