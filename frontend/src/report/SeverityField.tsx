import { Legend } from '@atlaskit/form/legend';
import RadioGroup from '@atlaskit/radio/radio-group';

import { oneOf } from '../shared/read.ts';
import type { Severity } from '../shared/reports.ts';

interface SeverityFieldProps {
  readonly id: string;
  readonly value: Severity;
  readonly onChange: (severity: Severity) => void;
}

const readSeverity = oneOf(['low', 'normal', 'high', 'blocking']);

const OPTIONS = [
  { name: 'severity', value: 'low', label: 'Small: it can wait' },
  { name: 'severity', value: 'normal', label: 'Normal: it disturbs my work' },
  { name: 'severity', value: 'high', label: 'High: something important does not work' },
  { name: 'severity', value: 'blocking', label: 'Blocking: nobody can work' },
] satisfies readonly { value: Severity; name: string; label: string }[];

export function SeverityField({ id, value, onChange }: SeverityFieldProps) {
  return (
    <fieldset id={id} tabIndex={-1} className="choice">
      <Legend>How bad is it?</Legend>
      <RadioGroup options={OPTIONS} value={value} onChange={(event) => onChange(readSeverity(event.currentTarget.value))} />
    </fieldset>
  );
}
