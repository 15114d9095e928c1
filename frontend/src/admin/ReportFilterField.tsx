import { Label } from '@atlaskit/form/label';

import { REPORT_FILTERS, type ReportFilter } from './reportFilter.ts';
import { type AdminWords, useAdminWords } from './words/words.ts';

interface ReportFilterFieldProps {
  readonly value: ReportFilter;
  readonly onChange: (filter: ReportFilter) => void;
}

function wordOf(filter: ReportFilter, { approvals, everything, states }: AdminWords['reports']): string {
  switch (filter) {
    case 'all':
      return everything;
    case 'held':
      return approvals.waiting;
    case 'refused':
      return approvals.refused;
    default:
      return states[filter];
  }
}

/** The browser's own list, as for records. */
export function ReportFilterField({ value, onChange }: ReportFilterFieldProps) {
  const { reports: words } = useAdminWords();
  const choose = (chosen: string) => {
    const filter = REPORT_FILTERS.find((known) => known === chosen);
    if (filter !== undefined) {
      onChange(filter);
    }
  };
  return (
    <div>
      <Label htmlFor="reports-filter">{words.filter}</Label>
      <select
        id="reports-filter"
        className="select"
        value={value}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {REPORT_FILTERS.map((filter) => (
          <option key={filter} value={filter}>
            {wordOf(filter, words)}
          </option>
        ))}
      </select>
    </div>
  );
}
