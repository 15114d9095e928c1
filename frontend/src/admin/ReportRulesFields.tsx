import Button from '@atlaskit/button/default/button';
import Checkbox from '@atlaskit/checkbox';
import { Legend } from '@atlaskit/form/legend';
import { Stack } from '@atlaskit/primitives/compiled';
import RadioGroup from '@atlaskit/radio/radio-group';
import SectionMessage from '@atlaskit/section-message/section-message';
import type { FormEvent } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import { readTier } from '../shared/reports.ts';
import { readRule } from '../shared/settings.ts';
import { TextArea } from '../shared/TextArea.tsx';
import { BlockedParts } from './BlockedParts.tsx';
import { MaskTest } from './MaskTest.tsx';
import type { MaskTestState } from './useMaskTest.ts';
import type { ReportRulesState } from './useReportRules.ts';
import { useAdminWords } from './words/words.ts';

interface ReportRulesFieldsProps {
  readonly state: ReportRulesState;
  readonly maskTest: MaskTestState;
}

const TERMS_ID = 'rules-terms';

export function ReportRulesFields({ state, maskTest }: ReportRulesFieldsProps) {
  const { rules: words } = useAdminWords();
  const { form, fault, failure, isSaving, isSaved, edit, save } = state;
  const rules = [
    { name: 'rules-rule', value: 'allow', label: words.allow },
    { name: 'rules-rule', value: 'approve', label: words.approve },
    { name: 'rules-rule', value: 'forbid', label: words.forbid },
  ];
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
      <fieldset className="choice">
        <Legend>{words.rule}</Legend>
        <RadioGroup
          options={rules}
          value={form.rule}
          onChange={(event) => edit({ rule: readRule(event.currentTarget.value) })}
        />
        {form.rule === 'approve' && <p className="subtle">{words.approveAbout}</p>}
      </fieldset>
      <Stack space="space.050">
        <Checkbox
          isChecked={form.neverContent}
          label={words.neverContent}
          onChange={(event) => edit({ neverContent: event.currentTarget.checked })}
        />
      </Stack>
      <BlockedParts blocked={form.blocked} onChange={(blocked) => edit({ blocked })} />
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
      <MaskTest typed={form.terms} state={maskTest} />
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
