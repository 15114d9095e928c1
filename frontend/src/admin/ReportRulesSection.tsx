import type { Load } from '../shared/load.ts';
import { LoadedPart } from '../shared/LoadedPart.tsx';
import { Section } from '../shared/Section.tsx';
import type { Settings } from '../shared/settings.ts';
import { ReportRulesFields } from './ReportRulesFields.tsx';
import type { MaskTestState } from './useMaskTest.ts';
import type { ReportRulesState } from './useReportRules.ts';
import { useAdminWords } from './words/words.ts';

interface ReportRulesSectionProps {
  readonly settings: Load<Settings>;
  readonly isRetrying: boolean;
  readonly form: ReportRulesState | null;
  readonly maskTest: MaskTestState;
  readonly onRetry: () => void;
}

/** What the site allows problem reports to hold. */
export function ReportRulesSection({ settings, form, maskTest, isRetrying, onRetry }: ReportRulesSectionProps) {
  const { rules: words } = useAdminWords();
  return (
    <Section id="report-rules" title={words.title} about={words.about}>
      <LoadedPart load={settings} what={words.what} isRetrying={isRetrying} onRetry={onRetry} headingLevel="h3">
        {() => form !== null && <ReportRulesFields state={form} maskTest={maskTest} />}
      </LoadedPart>
    </Section>
  );
}
