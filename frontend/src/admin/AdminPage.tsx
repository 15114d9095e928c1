import { Stack } from '@atlaskit/primitives/compiled';

import { FailurePanel } from '../shared/FailurePanel.tsx';
import { isRefusedAs } from '../shared/failure.ts';
import { Loading } from '../shared/Loading.tsx';
import { AccessLogSection } from './AccessLogSection.tsx';
import { ContactBanner } from './ContactBanner.tsx';
import { EraseSection } from './EraseSection.tsx';
import { InstallationSection } from './InstallationSection.tsx';
import { PageContents } from './PageContents.tsx';
import { PageHeader } from './PageHeader.tsx';
import { ReportRulesSection } from './ReportRulesSection.tsx';
import { ReportsSection } from './ReportsSection.tsx';
import { goToSettings, SettingsSection } from './SettingsSection.tsx';
import { StatementSection } from './StatementSection.tsx';
import { StoredDataSection } from './StoredDataSection.tsx';
import { TimelineSection } from './TimelineSection.tsx';
import { useAdminData } from './useAdminData.ts';
import { useSettingsForm } from './useSettingsForm.ts';
import { useAdminWords } from './words/words.ts';

/** The page for administrators: what the app stores about their site, until when, and what they can do about it. */
export function AdminPage() {
  const { session, summary, settings, run, loadedAt, isLoading, reload, settingsSaved } = useAdminData();
  const words = useAdminWords();
  const form = useSettingsForm(settings, settingsSaved);
  // One refusal is enough for somebody who may not see any of it.
  const isAdmin = summary.state !== 'failed' || !isRefusedAs(summary.failure, 'admin_required');
  return (
    <main className="page" tabIndex={-1}>
      <Stack space="space.400">
        <PageHeader loadedAt={loadedAt} isLoading={isLoading} onRefresh={reload} />
        {session.state === 'loading' && <Loading what={words.installation.what} />}
        {session.state === 'failed' && (
          <FailurePanel failure={session.failure} isRetrying={isLoading} onRetry={reload} headingLevel="h2" />
        )}
        {session.state === 'ready' && (
          <>
            {isAdmin && session.value.contactState !== 'set' && (
              <ContactBanner state={session.value.contactState} onGoToSettings={goToSettings} />
            )}
            {isAdmin && <PageContents />}
            <InstallationSection session={session.value} />
            <StoredDataSection
              summary={summary}
              session={session.value}
              run={run}
              isRetrying={isLoading}
              onRetry={reload}
            />
            {isAdmin && (
              <>
                <TimelineSection run={run} />
                <SettingsSection settings={settings} form={form} isRetrying={isLoading} onRetry={reload} />
                <ReportRulesSection
                  settings={settings}
                  isRetrying={isLoading}
                  onRetry={reload}
                  onSaved={settingsSaved}
                />
                <ReportsSection run={run} />
                <AccessLogSection run={run} />
                <StatementSection run={run} />
                <EraseSection session={session.value} onChanged={reload} />
              </>
            )}
          </>
        )}
      </Stack>
    </main>
  );
}
