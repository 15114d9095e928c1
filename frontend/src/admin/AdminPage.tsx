import { Stack } from '@atlaskit/primitives/compiled';
import { useDeferredValue } from 'react';

import { FailurePanel } from '../shared/FailurePanel.tsx';
import { isRefusedAs } from '../shared/failure.ts';
import { Loading } from '../shared/Loading.tsx';
import { StaleNotice, ToldAbove } from '../shared/StaleNotice.tsx';
import { AdminParts } from './AdminParts.tsx';
import { ContactBanner } from './ContactBanner.tsx';
import { InstallationSection } from './InstallationSection.tsx';
import { PageContents } from './PageContents.tsx';
import { PageHeader } from './PageHeader.tsx';
import { goToSettings } from './SettingsSection.tsx';
import { useAdminData } from './useAdminData.ts';
import { useMaskTest } from './useMaskTest.ts';
import { useReportRules } from './useReportRules.ts';
import { useSettingsForm } from './useSettingsForm.ts';
import { useAdminWords } from './words/words.ts';

/** The page for administrators: what the app stores about their site, until when, and what they can do about it. */
export function AdminPage() {
  const data = useAdminData();
  const { session, summary, settings, loadedAt, isLoading, reload, settingsSaved } = data;
  const words = useAdminWords();
  const form = useSettingsForm(settings, settingsSaved);
  const rules = useReportRules(settings, settingsSaved);
  const maskTest = useMaskTest();
  // One refusal is enough for somebody who may not see any of it, and before the first answer nobody knows who they are.
  const isAdmin =
    summary.state !== 'loading' && (summary.state !== 'failed' || !isRefusedAs(summary.failure, 'admin_required'));
  // The facts come onto the screen first: on a slow machine all that is below them takes longer to draw than they did to come.
  const isUnderWay = useDeferredValue(session.state === 'ready');
  return (
    <main className="page" tabIndex={-1}>
      <Stack space="space.400">
        <PageHeader loadedAt={loadedAt} isLoading={isLoading} onRefresh={reload} />
        {session.state === 'loading' && <Loading what={words.installation.what} />}
        {session.state === 'failed' && (
          <FailurePanel failure={session.failure} isRetrying={isLoading} onRetry={reload} headingLevel="h2" />
        )}
        {session.state === 'ready' && (
          <StaleNotice of={session} isRetrying={isLoading} onRetry={reload} headingLevel="h2" />
        )}
        {session.state === 'ready' && (
          <ToldAbove.Provider value={session.stale !== null}>
            {isAdmin && session.value.contactState !== 'set' && (
              <ContactBanner state={session.value.contactState} onGoToSettings={goToSettings} />
            )}
            {isAdmin && <PageContents />}
            <InstallationSection session={session.value} isAdmin={isAdmin} />
            {isUnderWay ? (
              <AdminParts data={data} session={session.value} isAdmin={isAdmin} typed={{ form, rules, maskTest }} />
            ) : (
              <Loading what={words.stored.what} />
            )}
          </ToldAbove.Provider>
        )}
      </Stack>
    </main>
  );
}
