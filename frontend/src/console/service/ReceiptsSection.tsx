import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import { useCallback } from 'react';

import { saveFile } from '../../shared/saveFile.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { useNavigation } from '../navigation.ts';
import { Listing } from '../parts/Listing.tsx';
import { Paging } from '../parts/Paging.tsx';
import { When } from '../parts/When.tsx';
import { type Loaded, useLoad } from '../useLoad.ts';
import { useWords } from '../words/language.ts';
import { serviceWords } from '../words/service.ts';
import { loadReceipts, type Receipt, type Receipts } from './erasures.ts';

/** Byte for byte as it was signed: a file that is verified must not be another one. */
function save(receipt: Receipt): void {
  const content = new Blob([receipt.document], { type: 'application/json' });
  const part = receipt.number === 0 ? 'receipt' : `supplement-${receipt.number}`;
  saveFile({ name: `${part}-${receipt.tenant}.json`, content });
}

/** The place among the receipts, in the address of a page that has another list too. */
const PLACE = 'receipts';

/** The receipts of the address. */
export function useReceipts(): Loaded<Receipts> {
  const cursor = useNavigation().query.get(PLACE);
  return useLoad(useCallback((stop: AbortSignal) => loadReceipts(cursor, stop), [cursor]));
}

interface ReceiptsSectionProps {
  readonly receipts: Loaded<Receipts>;
}

/** Proofs of erasures, the newest installations first. */
export function ReceiptsSection({ receipts }: ReceiptsSectionProps) {
  const { receipts: words } = useWords(serviceWords);
  return (
    <section aria-labelledby="receipts" className="section-parts" tabIndex={-1}>
      <Heading as="h2" size="small" id="receipts">
        {words.title}
      </Heading>
      <p className="subtle">
        {words.about} {words.verify}
      </p>
      <Listing of={receipts}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? <p>{words.none}</p> : <ReceiptsTable items={items} />}
            <Paging name={PLACE} next={next} shown={next === null ? words.shown(items.length) : words.shownMore(items.length)} />
          </>
        )}
      </Listing>
    </section>
  );
}

function ReceiptsTable({ items }: Pick<Receipts, 'items'>) {
  const { receipts: words } = useWords(serviceWords);
  const what = (receipt: Receipt) => (receipt.number === 0 ? words.receipt : words.supplement(String(receipt.number)));
  const button = (receipt: Receipt) => (
    <Button spacing="compact" aria-label={words.saveLabel(what(receipt), receipt.tenant)} onClick={() => save(receipt)}>
      {words.save}
    </Button>
  );
  return (
    <DataTable
      label={words.title}
      rows={items}
      keyOf={(receipt) => `${receipt.tenant} ${receipt.number}`}
      columns={[
        { name: words.tenant, cell: (receipt) => receipt.tenant },
        { name: words.document, cell: what },
        { name: words.issued, cell: (receipt) => <When at={receipt.issuedAt} /> },
        { name: words.kept, cell: (receipt) => <When at={receipt.keptUntil} isDay /> },
        { name: words.save, cell: button },
      ]}
    />
  );
}
