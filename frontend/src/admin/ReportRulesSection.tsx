import { FailurePanel } from '../shared/FailurePanel.tsx';
import type { Load } from '../shared/load.ts';
import { Loading } from '../shared/Loading.tsx';
import { Section } from '../shared/Section.tsx';
import type { Settings } from '../shared/settings.ts';
import { ReportRulesFields } from './ReportRulesFields.tsx';

interface ReportRulesSectionProps {
  readonly settings: Load<Settings>;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
  readonly onSaved: (settings: Settings) => void;
}

/** What the site allows problem reports to hold. */
export function ReportRulesSection({ settings, isRetrying, onRetry, onSaved }: ReportRulesSectionProps) {
  return (
    <Section id="report-rules" title="Rules for problem reports" about="Whether users may send reports to support, and with what in them.">
      {settings.state === 'loading' && <Loading what="the rules" />}
      {settings.state === 'failed' && (
        <FailurePanel failure={settings.failure} isRetrying={isRetrying} onRetry={onRetry} headingLevel="h3" />
      )}
      {settings.state === 'ready' && <ReportRulesFields settings={settings.value} onSaved={onSaved} />}
    </Section>
  );
}
