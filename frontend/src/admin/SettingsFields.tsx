import Button from '@atlaskit/button/default/button';
import { Stack } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';
import { type FormEvent, useRef } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import { formatCount } from '../shared/format.ts';
import { FormField } from '../shared/FormField.tsx';
import { LanguageField } from '../shared/LanguageField.tsx';
import type { Field } from './settingsForm.ts';
import type { SettingsFormState } from './useSettingsForm.ts';

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
        label="Address for notices"
        about="Mail goes here before data is deleted and before the subscription ends."
        type="email"
        autoComplete="email"
        value={form.contact}
        fault={faults.contact}
        onChange={(contact) => edit({ contact })}
      />
      <FormField
        id={ID.billingCc}
        label="Billing address in copy (optional)"
        about="Gets a copy of each of these mails, so that whoever pays for the app knows too."
        type="email"
        autoComplete="off"
        value={form.billingCc}
        fault={faults.billingCc}
        onChange={(billingCc) => edit({ billingCc })}
      />
      <LanguageField
        id={ID.language}
        about="All mails to these addresses are written in it; this page stays in English."
        value={form.language}
        fault={faults.language}
        onChange={(language) => edit({ language })}
      />
      <FormField
        id={ID.retentionDays}
        label="Delete sooner, after this many days (optional)"
        about={`A number from 1 to ${formatCount(most)} shortens how long your data is kept; leave it empty to keep to the privacy statement.`}
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
        label="Subscription ends on (optional)"
        about="If you know the day, you are told before it, and the time until your data is deleted counts from its beginning (UTC)."
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
              <p>Your settings are saved.</p>
            </SectionMessage>
          )}
        </div>
        <div>
          <Button type="submit" appearance="primary" isLoading={isSaving}>
            Save settings
          </Button>
        </div>
      </Stack>
    </form>
  );
}
