import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';

import { FailurePanel } from '../shared/FailurePanel.tsx';
import type { Load } from '../shared/load.ts';
import { Loading } from '../shared/Loading.tsx';
import type { Session } from '../shared/session.ts';
import type { ClassSummary } from '../shared/summary.ts';
import { DownloadData } from './DownloadData.tsx';
import { RecordsDisclosure } from './RecordsDisclosure.tsx';
import { isEmpty } from './rows.ts';
import { StoredData } from './StoredData.tsx';
import { useAdminWords } from './words/words.ts';

interface StoredDataSectionProps {
  readonly summary: Load<readonly ClassSummary[]>;
  readonly session: Session;
  readonly run: number;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
}

export function StoredDataSection({ summary, session, run, isRetrying, onRetry }: StoredDataSectionProps) {
  const { stored: words } = useAdminWords();
  return (
    <section aria-labelledby="stored-data" tabIndex={-1}>
      <Stack space="space.200">
        <Heading as="h2" size="medium" id="stored-data">
          {words.title}
        </Heading>
        {summary.state === 'loading' && <Loading what={words.what} />}
        {summary.state === 'failed' && (
          <FailurePanel failure={summary.failure} isRetrying={isRetrying} onRetry={onRetry} headingLevel="h3" />
        )}
        {summary.state === 'ready' && (
          <>
            <StoredData classes={summary.value} dueAt={session.dueAt} />
            <DownloadData />
            {!isEmpty(summary.value) && (
              <RecordsDisclosure classes={summary.value} dueAt={session.dueAt} run={run} />
            )}
          </>
        )}
      </Stack>
    </section>
  );
}
