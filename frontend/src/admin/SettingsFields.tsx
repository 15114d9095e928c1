import Button from '@atlaskit/button/default/button';
import { Stack } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';
import { type FormEvent, useRef } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import { FormField } from '../shared/FormField.tsx';
import { LanguageField } from '../shared/LanguageField.tsx';
import { useFormat } from '../shared/speech.ts';
import type { Field } from './settingsForm.ts';
import type { SettingsFormState } from './useSettingsForm.ts';
import { useAdminWords } from './words/words.ts';

interface SettingsFieldsProps {
  /** The longest retention that may be chosen, in days. */
  readonly most: number;
  readonly state: SettingsFormState;
}

const ID = {
  contact: 'settings-contact',
  billingCc: 'settings-billing-cc',
  language: 'settings-language',
  retentionDays: 'settings-retention-days',
  subscriptionEndsAt: 'settings-subscription-ends-at',
} as const satisfies Record<Field, string>;

export const CONTACT_FIELD_ID = ID.contact;

/** A date that is typed in part looks like an empty one from outside. */
function incompleteIn(form: HTMLFormElement): readonly Field[] {
  const date = form.querySelector<HTMLInputElement>(`#${ID.subscriptionEndsAt}`);
  return date?.validity.badInput ? ['subscriptionEndsAt'] : [];
}

export function SettingsFields({ most, state }: SettingsFieldsProps) {
  const { settings: words } = useAdminWords();
  const format = useFormat();
  const { form, faults, failure, isSaving, isSaved, edit, save } = state;
  const element = useRef<HTMLFormElement>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isSaving) {
      return;
    }
    const toMend = await save(incompleteIn(event.currentTarget));
    if (toMend !== null) {
      element.current?.querySelector<HTMLElement>(`#${ID[toMend]}`)?.focus();
    }
  };

  return (
    <form ref={element} className="settings" noValidate aria-labelledby="settings" onSubmit={(event) => void submit(event)}>
      <FormField
        id={ID.contact}
        label={words.contact}
        about={words.contactAbout}
        type="email"
        autoComplete="email"
        value={form.contact}
        fault={faults.contact}
        onChange={(contact) => edit({ contact })}
      />
      <FormField
        id={ID.billingCc}
        label={words.billing}
        about={words.billingAbout}
        type="email"
        autoComplete="off"
        value={form.billingCc}
        fault={faults.billingCc}
        onChange={(billingCc) => edit({ billingCc })}
      />
      <LanguageField
        id={ID.language}
        about={words.languageAbout}
        value={form.language}
        fault={faults.language}
        onChange={(language) => edit({ language })}
      />
      <FormField
        id={ID.retentionDays}
        label={words.days}
        about={words.daysAbout(format.count(most))}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        width="medium"
        value={form.retentionDays}
        fault={faults.retentionDays}
        onChange={(retentionDays) => edit({ retentionDays })}
      />
      <FormField
        id={ID.subscriptionEndsAt}
        label={words.end}
        about={words.endAbout}
        type="date"
        autoComplete="off"
        width="medium"
        value={form.subscriptionEndsAt}
        fault={faults.subscriptionEndsAt}
        onChange={(subscriptionEndsAt) => edit({ subscriptionEndsAt })}
      />
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
