import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import { useCallback, useState } from 'react';

import { saveFile } from '../../shared/saveFile.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { Listing } from '../parts/Listing.tsx';
import { When } from '../parts/When.tsx';
import { useLoad } from '../useLoad.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { serviceWords } from '../words/service.ts';
import { loadReceipts, type Receipt } from './erasures.ts';

/** Byte for byte as it was signed: a file that is verified must not be another one. */
function save(receipt: Receipt): void {
  const content = new Blob([receipt.document], { type: 'application/json' });
  const part = receipt.number === 0 ? 'receipt' : `supplement-${receipt.number}`;
  saveFile({ name: `${part}-${receipt.tenant}.json`, content });
}

/** Proofs of erasures, the newest installations first. */
export function ReceiptsSection() {
  const { receipts: words } = useWords(serviceWords);
  const { more } = useWords(commonWords);
  const [cursor, setCursor] = useState<string | null>(null);
  const receipts = useLoad(useCallback((stop: AbortSignal) => loadReceipts(cursor, stop), [cursor]));
  const what = (receipt: Receipt) => (receipt.number === 0 ? words.receipt : words.supplement(String(receipt.number)));
  return (
    <section aria-labelledby="receipts" className="section-parts" tabIndex={-1}>
      <Heading as="h2" size="small" id="receipts">
        {words.title}
      </Heading>
      <p className="subtle">
        {words.about} {words.verify}
      </p>
      <Listing of={receipts}>
        {({ items, next }) =>
          items.length === 0 ? (
            <p>{words.none}</p>
          ) : (
            <>
              <DataTable
                label={words.title}
                rows={items}
                keyOf={(receipt) => `${receipt.tenant} ${receipt.number}`}
                columns={[
                  { name: words.tenant, cell: (receipt) => receipt.tenant },
                  { name: words.document, cell: what },
                  { name: words.issued, cell: (receipt) => <When at={receipt.issuedAt} /> },
                  { name: words.kept, cell: (receipt) => <When at={receipt.keptUntil} isDay /> },
                  {
                    name: words.save,
                    cell: (receipt) => (
                      <Button
                        spacing="compact"
                        aria-label={words.saveLabel(what(receipt), receipt.tenant)}
                        onClick={() => save(receipt)}
                      >
                        {words.save}
                      </Button>
                    ),
                  },
                ]}
              />
              {next !== null && (
                <div>
                  <Button onClick={() => setCursor(next)}>{more}</Button>
                </div>
              )}
            </>
          )
        }
      </Listing>
    </section>
  );
}
