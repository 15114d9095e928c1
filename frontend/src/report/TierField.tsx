import { HelperMessage } from '@atlaskit/form/helper-message';
import { Legend } from '@atlaskit/form/legend';
import RadioGroup from '@atlaskit/radio/radio-group';

import { readTier, type Tier } from '../shared/reports.ts';

interface TierFieldProps {
  readonly value: Tier;
  readonly isDisabled: boolean;
  readonly onChange: (tier: Tier) => void;
}

const OPTIONS = [
  { name: 'tier', value: 'minimal', label: 'Only what is needed; never content of issues or pages' },
  { name: 'tier', value: 'full', label: 'Also what the app stores about your issues or pages, if you agree to it below' },
] satisfies readonly { value: Tier; name: string; label: string }[];

/** How much is collected. Another choice shows another preview. */
export function TierField({ value, isDisabled, onChange }: TierFieldProps) {
  return (
    <fieldset id="report-tier" tabIndex={-1} className="choice">
      <Legend>How much may be sent?</Legend>
      <RadioGroup
        options={OPTIONS}
        value={value}
        isDisabled={isDisabled}
        onChange={(event) => onChange(readTier(event.currentTarget.value))}
      />
      <HelperMessage>You see everything before it goes, and can leave each part out.</HelperMessage>
    </fieldset>
  );
}
