import { Stack } from '@atlaskit/primitives/compiled';

import { FailurePanel } from '../shared/FailurePanel.tsx';
import { isRefusedAs } from '../shared/failure.ts';
import { Loading } from '../shared/Loading.tsx';
import { StaleNotice, ToldAbove } from '../shared/StaleNotice.tsx';
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
import { ASKED } from './stateView.ts';
import { StoredDataSection } from './StoredDataSection.tsx';
import { TimelineSection } from './TimelineSection.tsx';
import { useAdminData } from './useAdminData.ts';
import { useMaskTest } from './useMaskTest.ts';
import { useReportRules } from './useReportRules.ts';
import { useSettingsForm } from './useSettingsForm.ts';
import { useAdminWords } from './words/words.ts';

/** The page for administrators: what the app stores about their site, until when, and what they can do about it. */
export function AdminPage() {
  const { session, summary, settings, run, loadedAt, isLoading, reload, settingsSaved } = useAdminData();
  const words = useAdminWords();
  const form = useSettingsForm(settings, settingsSaved);
  const rules = useReportRules(settings, settingsSaved);
  const maskTest = useMaskTest();
  // One refusal is enough for somebody who may not see any of it, and before the first answer nobody knows who they are.
  const isAdmin =
    summary.state !== 'loading' && (summary.state !== 'failed' || !isRefusedAs(summary.failure, 'admin_required'));
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
            <StoredDataSection
              summary={summary}
              session={session.value}
              run={run}
              isRetrying={isLoading}
              onRetry={reload}
            />
            {isAdmin && (
              <>
                <TimelineSection run={run} isAsked={session.value.reason === ASKED} />
                <SettingsSection settings={settings} form={form} isRetrying={isLoading} onRetry={reload} />
                <ReportRulesSection
                  settings={settings}
                  form={rules}
                  maskTest={maskTest}
                  isRetrying={isLoading}
                  onRetry={reload}
                />
                <ReportsSection
                  run={run}
                  isApproving={settings.state === 'ready' && settings.value.reports.rule === 'approve'}
                />
                <AccessLogSection run={run} />
                <StatementSection settings={settings} onGoToSettings={goToSettings} run={run} />
                <EraseSection session={session.value} onChanged={reload} />
              </>
            )}
          </ToldAbove.Provider>
        )}
      </Stack>
    </main>
  );
}
