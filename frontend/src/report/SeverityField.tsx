import { Legend } from '@atlaskit/form/legend';
import RadioGroup from '@atlaskit/radio/radio-group';

import { oneOf } from '../shared/read.ts';
import type { Severity } from '../shared/reports.ts';
import { useReportWords } from './words/words.ts';

interface SeverityFieldProps {
  readonly id: string;
  readonly value: Severity;
  readonly onChange: (severity: Severity) => void;
}

const SEVERITIES = ['low', 'normal', 'high', 'blocking'] as const satisfies readonly Severity[];
const readSeverity = oneOf(SEVERITIES);

export function SeverityField({ id, value, onChange }: SeverityFieldProps) {
  const { describe: words } = useReportWords();
  const options = SEVERITIES.map((severity) => ({ name: 'severity', value: severity, label: words.severities[severity] }));
  return (
    <fieldset id={id} tabIndex={-1} className="choice">
      <Legend>{words.severity}</Legend>
      <RadioGroup options={options} value={value} onChange={(event) => onChange(readSeverity(event.currentTarget.value))} />
    </fieldset>
  );
}
