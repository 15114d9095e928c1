import { Label } from '@atlaskit/form/label';

import { className } from '../shared/names.ts';
import type { ClassSummary } from '../shared/summary.ts';

interface ClassFilterProps {
  readonly classes: readonly ClassSummary[];
  /** Nothing stands for all classes. */
  readonly value: string | null;
  readonly onChange: (dataClass: string | null) => void;
}

const ALL = '';

/** The browser's own list: it is short, and Atlaskit's would be a quarter of all that the page loads. */
export function ClassFilter({ classes, value, onChange }: ClassFilterProps) {
  return (
    <div>
      <Label htmlFor="records-class">Show</Label>
      <select
        id="records-class"
        className="select"
        value={value ?? ALL}
        onChange={(event) => onChange(event.currentTarget.value === ALL ? null : event.currentTarget.value)}
      >
        <option value={ALL}>All data</option>
        {classes.map((entry) => (
          <option key={entry.class} value={entry.class}>
            {className(entry.class).name}
          </option>
        ))}
      </select>
    </div>
  );
}
