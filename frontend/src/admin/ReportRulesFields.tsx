import Button from '@atlaskit/button/default/button';
import Checkbox from '@atlaskit/checkbox';
import { Legend } from '@atlaskit/form/legend';
import { Stack } from '@atlaskit/primitives/compiled';
import RadioGroup from '@atlaskit/radio/radio-group';
import SectionMessage from '@atlaskit/section-message/section-message';
import type { FormEvent } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import { readTier } from '../shared/reports.ts';
import type { Settings } from '../shared/settings.ts';
import { TextArea } from '../shared/TextArea.tsx';
import { MaskTest } from './MaskTest.tsx';
import { useReportRules } from './useReportRules.ts';

interface ReportRulesFieldsProps {
  readonly settings: Settings;
  readonly onSaved: (settings: Settings) => void;
}

const TERMS_ID = 'rules-terms';

const TIERS = [
  { name: 'rules-tier', value: 'minimal', label: 'Only what is needed' },
  { name: 'rules-tier', value: 'full', label: 'Also what the app stores about issues or pages' },
] as const;

export function ReportRulesFields({ settings, onSaved }: ReportRulesFieldsProps) {
  const { form, fault, failure, isSaving, isSaved, edit, save } = useReportRules(settings, onSaved);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isSaving && !(await save())) {
      document.getElementById(TERMS_ID)?.focus();
    }
  };

  return (
    <form className="settings" noValidate aria-labelledby="report-rules" onSubmit={(event) => void submit(event)}>
      <Stack space="space.050">
        <Checkbox
          isChecked={form.allowed}
          label="Users of this site may report problems"
          onChange={(event) => edit({ allowed: event.currentTarget.checked })}
        />
        <Checkbox
          isChecked={form.neverContent}
          label="Content of issues and pages never leaves the site, whatever a user agrees to"
          onChange={(event) => edit({ neverContent: event.currentTarget.checked })}
        />
      </Stack>
      <fieldset className="choice">
        <Legend>What a report holds at first</Legend>
        <RadioGroup
          options={[...TIERS]}
          value={form.tier}
          onChange={(event) => edit({ tier: readTier(event.currentTarget.value) })}
        />
      </fieldset>
      <TextArea
        id={TERMS_ID}
        label="Terms to mask (optional)"
        about="Names of projects or customers, say: one a line. They are masked in every report, beside what looks like an address, a number or a token."
        rows={4}
        value={form.terms}
        fault={fault}
        onChange={(terms) => edit({ terms })}
      />
      <MaskTest typed={form.terms} />
      <Stack space="space.200">
        {failure !== null && <ActionFailure failure={failure} headingLevel="h3" />}
        <div role="status" className="slot">
          {isSaved && (
            <SectionMessage appearance="success">
              <p>The rules for reports are saved.</p>
            </SectionMessage>
          )}
        </div>
        <div>
          <Button type="submit" appearance="primary" isLoading={isSaving}>
            Save rules
          </Button>
        </div>
      </Stack>
    </form>
  );
}
