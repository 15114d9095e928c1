import { Label } from '@atlaskit/form/label';

import { className } from '../shared/names.ts';
import { useSharedWords } from '../shared/speech.ts';
import type { ClassSummary } from '../shared/summary.ts';
import { useAdminWords } from './words/words.ts';

interface ClassFilterProps {
  readonly classes: readonly ClassSummary[];
  /** Nothing stands for all classes. */
  readonly value: string | null;
  readonly onChange: (dataClass: string | null) => void;
}

const ALL = '';

/** The browser's own list: it is short, and Atlaskit's would be a quarter of all that the page loads. */
export function ClassFilter({ classes, value, onChange }: ClassFilterProps) {
  const { records: words } = useAdminWords();
  const shared = useSharedWords();
  return (
    <div>
      <Label htmlFor="records-class">{words.filter}</Label>
      <select
        id="records-class"
        className="select"
        value={value ?? ALL}
        onChange={(event) => onChange(event.currentTarget.value === ALL ? null : event.currentTarget.value)}
      >
        <option value={ALL}>{words.everything}</option>
        {classes.map((entry) => (
          <option key={entry.class} value={entry.class}>
            {className(entry.class, shared).name}
          </option>
        ))}
      </select>
    </div>
  );
}
