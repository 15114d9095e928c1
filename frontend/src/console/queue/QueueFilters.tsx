import Button from '@atlaskit/button/default/button';

import { SelectField } from '../parts/SelectField.tsx';
import { useNavigation } from '../navigation.ts';
import { HOME } from '../route.ts';
import { useMay } from '../SessionContext.ts';
import { commonWords } from '../words/common.ts';
import { queueWords } from '../words/queue.ts';
import { useWords } from '../words/language.ts';
import { changed, DEFAULT_SORT, type Filter, FILTERS, hasFilters } from './asked.ts';

const options = (any: string, words: Readonly<Record<string, string>>) => [
  { value: '', label: any },
  ...Object.entries(words).map(([value, label]) => ({ value, label })),
];

/** Filters and order. Each choice is a place of its own, which can be gone back to. */
export function QueueFilters() {
  const words = useWords(queueWords);
  const common = useWords(commonWords);
  const { query, go } = useNavigation();
  const may = useMay();
  const set = (name: Filter | 'sort', value: string) => go(HOME, changed(query, { [name]: value }));
  const assignees = { me: words.mine, none: words.unassigned };
  const tenant = query.get('tenant');

  return (
    <div className="filters" role="group" aria-label={words.filters}>
      <SelectField
        id="filter-severity"
        label={words.severity}
        options={options(words.any, common.severities)}
        value={query.get('severity') ?? ''}
        onChange={(value) => set('severity', value)}
      />
      <SelectField
        id="filter-priority"
        label={words.priority}
        options={options(words.any, common.priorities)}
        value={query.get('priority') ?? ''}
        onChange={(value) => set('priority', value)}
      />
      <SelectField
        id="filter-product"
        label={words.product}
        options={options(words.any, common.products)}
        value={query.get('product') ?? ''}
        onChange={(value) => set('product', value)}
      />
      {may('staff: triage') && (
        <SelectField
          id="filter-assignee"
          label={words.assignee}
          options={options(words.any, assignees)}
          value={query.get('assignee') ?? ''}
          onChange={(value) => set('assignee', value)}
        />
      )}
      <SelectField
        id="filter-privacy"
        label={words.kind}
        options={[
          { value: '', label: words.usual },
          { value: 'true', label: words.privacy },
        ]}
        value={query.get('privacy') ?? ''}
        onChange={(value) => set('privacy', value)}
      />
      <SelectField
        id="filter-snoozed"
        label={words.snoozed}
        options={[
          { value: '', label: words.snoozes.out },
          { value: 'true', label: words.snoozes.alone },
          { value: 'any', label: words.snoozes.too },
        ]}
        value={query.get('snoozed') ?? ''}
        onChange={(value) => set('snoozed', value)}
      />
      <SelectField
        id="filter-sort"
        label={words.sort}
        options={Object.entries(words.sorts).map(([value, label]) => ({ value, label }))}
        value={query.get('sort') ?? DEFAULT_SORT}
        onChange={(value) => set('sort', value === DEFAULT_SORT ? '' : value)}
      />
      {hasFilters(query) && (
        <div className="filters-end">
          {tenant !== null && (
            <span className="subtle any-text">
              {words.tenant} {tenant}
            </span>
          )}
          <Button onClick={() => go(HOME, changed(query, Object.fromEntries(FILTERS.map((name) => [name, null]))))}>
            {words.clear}
          </Button>
        </div>
      )}
    </div>
  );
}
