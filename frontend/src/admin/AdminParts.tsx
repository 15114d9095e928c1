import type { Session } from '../shared/session.ts';
import { AccessLogSection } from './AccessLogSection.tsx';
import { EraseSection } from './EraseSection.tsx';
import { ReportRulesSection } from './ReportRulesSection.tsx';
import { ReportsSection } from './ReportsSection.tsx';
import { goToSettings, SettingsSection } from './SettingsSection.tsx';
import { StatementSection } from './StatementSection.tsx';
import { ASKED } from './stateView.ts';
import { StoredDataSection } from './StoredDataSection.tsx';
import { TimelineSection } from './TimelineSection.tsx';
import type { AdminData } from './useAdminData.ts';
import type { MaskTestState } from './useMaskTest.ts';
import type { ReportRulesState } from './useReportRules.ts';
import type { SettingsFormState } from './useSettingsForm.ts';

/** What somebody has typed, which the page holds through failures and reloads. */
export interface Typed {
  readonly form: SettingsFormState | null;
  readonly rules: ReportRulesState | null;
  readonly maskTest: MaskTestState;
}

interface AdminPartsProps {
  readonly data: AdminData;
  readonly session: Session;
  readonly isAdmin: boolean;
  readonly typed: Typed;
}

/** Everything below the facts about the installation. */
export function AdminParts({ data, session, isAdmin, typed }: AdminPartsProps) {
  const { summary, settings, run, isLoading: isRetrying, reload: onRetry } = data;
  return (
    <>
      <StoredDataSection summary={summary} session={session} run={run} isRetrying={isRetrying} onRetry={onRetry} />
      {isAdmin && (
        <>
          <TimelineSection run={run} isAsked={session.reason === ASKED} />
          <SettingsSection settings={settings} form={typed.form} isRetrying={isRetrying} onRetry={onRetry} />
          <ReportRulesSection
            settings={settings}
            form={typed.rules}
            maskTest={typed.maskTest}
            isRetrying={isRetrying}
            onRetry={onRetry}
          />
          <ReportsSection
            run={run}
            isApproving={settings.state === 'ready' && settings.value.reports.rule === 'approve'}
          />
          <AccessLogSection run={run} />
          <StatementSection settings={settings} onGoToSettings={goToSettings} run={run} />
          <EraseSection session={session} onChanged={onRetry} />
        </>
      )}
    </>
  );
}
