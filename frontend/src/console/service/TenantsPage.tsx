import { useCallback } from 'react';

import { useNavigation } from '../navigation.ts';
import { Listing } from '../parts/Listing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Paging } from '../parts/Paging.tsx';
import { useLoad } from '../useLoad.ts';
import { useWords } from '../words/language.ts';
import { serviceWords } from '../words/service.ts';
import { ErasuresSection } from './ErasuresSection.tsx';
import { loadErasures } from './erasures.ts';
import { ReceiptsSection, useReceipts } from './ReceiptsSection.tsx';
import { loadTenants } from './tenants.ts';
import { TenantsTable } from './TenantsTable.tsx';

/** Installations, erasures under way, and proofs of those that are over. */
export default function TenantsPage() {
  const { tenants: words } = useWords(serviceWords);
  const { query } = useNavigation();
  const cursor = query.get('cursor');
  const tenants = useLoad(useCallback((stop: AbortSignal) => loadTenants(cursor, stop), [cursor]));
  const erasures = useLoad(useCallback((stop: AbortSignal) => loadErasures(stop), []));
  const receipts = useReceipts();
  const isLoading = [tenants, erasures, receipts].some((one) => one.isLoading);
  const reload = () => {
    tenants.reload();
    erasures.reload();
    receipts.reload();
  };
  return (
    <div className="page-parts">
      <PageHead title={words.title} about={words.about} onRefresh={reload} isLoading={isLoading} />
      <Listing of={tenants}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? <p>{words.empty}</p> : <TenantsTable items={items} />}
            <Paging next={next} shown={next === null ? words.shown(items.length) : words.shownMore(items.length)} />
          </>
        )}
      </Listing>
      <Listing of={erasures}>{(value) => <ErasuresSection erasures={value} />}</Listing>
      <ReceiptsSection receipts={receipts} />
    </div>
  );
}
