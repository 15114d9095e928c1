import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import type { Load } from '../shared/load.ts';
import { LoadedPart } from '../shared/LoadedPart.tsx';
import type { Settings } from '../shared/settings.ts';
import { CONTACT_FIELD_ID, SettingsFields } from './SettingsFields.tsx';
import type { SettingsFormState } from './useSettingsForm.ts';
import { useAdminWords } from './words/words.ts';

interface SettingsSectionProps {
  readonly settings: Load<Settings>;
  readonly form: SettingsFormState | null;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
}

const SECTION_ID = 'settings-section';

/** Brings the keyboard to the field for the address, or to the section while the field is not there. */
export function goToSettings(): void {
  (document.getElementById(CONTACT_FIELD_ID) ?? document.getElementById(SECTION_ID))?.focus();
}

export function SettingsSection({ settings, form, isRetrying, onRetry }: SettingsSectionProps) {
  const { settings: words } = useAdminWords();
  return (
    <section aria-labelledby="settings" id={SECTION_ID} tabIndex={-1}>
      <Stack space="space.200">
        <Stack space="space.100">
          <Heading as="h2" size="medium" id="settings">
            {words.title}
          </Heading>
          <Text as="p" color="color.text.subtle">
            {words.about}
          </Text>
        </Stack>
        <LoadedPart load={settings} what={words.what} isRetrying={isRetrying} onRetry={onRetry} headingLevel="h3">
          {({ retentionDaysMax }) => form !== null && <SettingsFields most={retentionDaysMax} state={form} />}
        </LoadedPart>
      </Stack>
    </section>
  );
}
