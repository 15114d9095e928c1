import { Stack } from '@atlaskit/primitives/compiled';

import { FailurePanel } from '../shared/FailurePanel.tsx';
import { Loading } from '../shared/Loading.tsx';
import { InstallationSection } from './InstallationSection.tsx';
import { PageHeader } from './PageHeader.tsx';
import { StoredDataSection } from './StoredDataSection.tsx';
import { useAdminData } from './useAdminData.ts';

/** The page for administrators: what the app stores about their site, and until when. */
export function AdminPage() {
  const { session, summary, loadedAt, isLoading, reload } = useAdminData();
  return (
    <main className="page" tabIndex={-1}>
      <Stack space="space.400">
        <PageHeader loadedAt={loadedAt} isLoading={isLoading} onRefresh={reload} />
        {session.state === 'loading' && <Loading what="the installation" />}
        {session.state === 'failed' && (
          <FailurePanel failure={session.failure} isRetrying={isLoading} onRetry={reload} headingLevel="h2" />
        )}
        {session.state === 'ready' && (
          <>
            <InstallationSection session={session.value} />
            <StoredDataSection summary={summary} session={session.value} isRetrying={isLoading} onRetry={reload} />
          </>
        )}
      </Stack>
    </main>
  );
}
