import { FailurePanel } from '../shared/FailurePanel.tsx';
import type { Load } from '../shared/load.ts';
import { Loading } from '../shared/Loading.tsx';
import { Section } from '../shared/Section.tsx';
import type { Settings } from '../shared/settings.ts';
import { ReportRulesFields } from './ReportRulesFields.tsx';
import { useAdminWords } from './words/words.ts';

interface ReportRulesSectionProps {
  readonly settings: Load<Settings>;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
  readonly onSaved: (settings: Settings) => void;
}

/** What the site allows problem reports to hold. */
export function ReportRulesSection({ settings, isRetrying, onRetry, onSaved }: ReportRulesSectionProps) {
  const { rules: words } = useAdminWords();
  return (
    <Section id="report-rules" title={words.title} about={words.about}>
      {settings.state === 'loading' && <Loading what={words.what} />}
      {settings.state === 'failed' && (
        <FailurePanel failure={settings.failure} isRetrying={isRetrying} onRetry={onRetry} headingLevel="h3" />
      )}
      {settings.state === 'ready' && <ReportRulesFields settings={settings.value} onSaved={onSaved} />}
    </Section>
  );
}
