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
import { useAdminWords } from './words/words.ts';

interface ReportRulesFieldsProps {
  readonly settings: Settings;
  readonly onSaved: (settings: Settings) => void;
}

const TERMS_ID = 'rules-terms';

export function ReportRulesFields({ settings, onSaved }: ReportRulesFieldsProps) {
  const { rules: words } = useAdminWords();
  const { form, fault, failure, isSaving, isSaved, edit, save } = useReportRules(settings, onSaved);
  const tiers = [
    { name: 'rules-tier', value: 'minimal', label: words.minimal },
    { name: 'rules-tier', value: 'full', label: words.full },
  ];

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
          label={words.allowed}
          onChange={(event) => edit({ allowed: event.currentTarget.checked })}
        />
        <Checkbox
          isChecked={form.neverContent}
          label={words.neverContent}
          onChange={(event) => edit({ neverContent: event.currentTarget.checked })}
        />
      </Stack>
      <fieldset className="choice">
        <Legend>{words.tier}</Legend>
        <RadioGroup
          options={tiers}
          value={form.tier}
          onChange={(event) => edit({ tier: readTier(event.currentTarget.value) })}
        />
      </fieldset>
      <TextArea
        id={TERMS_ID}
        label={words.terms}
        about={words.termsAbout}
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
              <p>{words.saved}</p>
            </SectionMessage>
          )}
        </div>
        <div>
          <Button type="submit" appearance="primary" isLoading={isSaving}>
            {words.save}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
