import { HelperMessage } from '@atlaskit/form/helper-message';
import { Legend } from '@atlaskit/form/legend';
import RadioGroup from '@atlaskit/radio/radio-group';

import { readTier, type Tier } from '../shared/reports.ts';
import { useReportWords } from './words/words.ts';

interface TierFieldProps {
  readonly value: Tier;
  readonly isDisabled: boolean;
  readonly onChange: (tier: Tier) => void;
}

/** How much is collected. Another choice shows another preview. */
export function TierField({ value, isDisabled, onChange }: TierFieldProps) {
  const { preview: words } = useReportWords();
  const options = [
    { name: 'tier', value: 'minimal', label: words.minimal },
    { name: 'tier', value: 'full', label: words.full },
  ] satisfies readonly { value: Tier; name: string; label: string }[];
  return (
    <fieldset id="report-tier" tabIndex={-1} className="choice">
      <Legend>{words.tier}</Legend>
      <RadioGroup
        options={options}
        value={value}
        isDisabled={isDisabled}
        onChange={(event) => onChange(readTier(event.currentTarget.value))}
      />
      <HelperMessage>{words.tierAbout}</HelperMessage>
    </fieldset>
  );
}
