import Heading from '@atlaskit/heading';

import { wordFor } from '../../shared/catalogue.ts';
import { formatBytes, formatCount } from '../../shared/format.ts';
import type { ClassSummary } from '../../shared/summary.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { When } from '../parts/When.tsx';
import { commonWords } from '../words/common.ts';
import { useLocale, useWords } from '../words/language.ts';
import { serviceWords } from '../words/service.ts';

interface StoredTableProps {
  readonly classes: readonly ClassSummary[];
}

/** How much is stored of each class, and nothing of what it is. */
export function StoredTable({ classes }: StoredTableProps) {
  const { tenant: words } = useWords(serviceWords);
  const common = useWords(commonWords);
  const locale = useLocale();
  const date = (at: string | null) => (at === null ? <span className="subtle">{common.none}</span> : <When at={at} />);
  return (
    <section aria-labelledby="stored" className="section-parts">
      <Heading as="h2" size="small" id="stored">
        {words.stored}
      </Heading>
      <DataTable
        label={words.stored}
        rows={classes}
        keyOf={(one) => one.class}
        columns={[
          { name: words.class, cell: (one) => wordFor(common.classes, one.class) },
          { name: words.records, cell: (one) => formatCount(one.records, locale) },
          { name: words.size, cell: (one) => formatBytes(one.bytes, locale) },
          { name: words.oldest, cell: (one) => date(one.oldestAt) },
          { name: words.next, cell: (one) => date(one.nextExpiryAt) },
        ]}
      />
    </section>
  );
}
