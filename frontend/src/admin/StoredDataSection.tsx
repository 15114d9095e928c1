import { DownloadData } from '#download';
import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';

import type { Load } from '../shared/load.ts';
import { LoadedPart } from '../shared/LoadedPart.tsx';
import type { Session } from '../shared/session.ts';
import type { ClassSummary } from '../shared/summary.ts';
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
        <LoadedPart load={summary} what={words.what} isRetrying={isRetrying} onRetry={onRetry} headingLevel="h3">
          {(classes) => (
            <>
              <StoredData classes={classes} dueAt={session.dueAt} />
              <DownloadData />
              {!isEmpty(classes) && <RecordsDisclosure classes={classes} dueAt={session.dueAt} run={run} />}
            </>
          )}
        </LoadedPart>
      </Stack>
    </section>
  );
}
