import Checkbox from '@atlaskit/checkbox';
import { useCallback, useState } from 'react';

import { useNavigation } from '../navigation.ts';
import { Listing } from '../parts/Listing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Paging } from '../parts/Paging.tsx';
import { sectionPath } from '../route.ts';
import { useLoad } from '../useLoad.ts';
import { useWords } from '../words/language.ts';
import { recordWords } from '../words/record.ts';
import { ConfirmDeleted } from './ConfirmDeleted.tsx';
import { DownloadsTable } from './DownloadsTable.tsx';
import { loadDownloads } from './records.ts';

/** Bundles that were taken out, and whether they are gone again. */
export default function DownloadsPage() {
  const words = useWords(recordWords);
  const { downloads } = words;
  const { query, go } = useNavigation();
  const cursor = query.get('cursor');
  const onlyOpen = query.get('open') !== 'false';
  const taken = useLoad(useCallback((stop: AbortSignal) => loadDownloads(onlyOpen, cursor, stop), [onlyOpen, cursor]));
  const [confirming, setConfirming] = useState<string | null>(null);
  const [said, setSaid] = useState('');

  return (
    <div className="page-parts">
      <PageHead title={downloads.title} about={downloads.about} onRefresh={taken.reload} isLoading={taken.isLoading} />
      <Checkbox
        isChecked={onlyOpen}
        label={downloads.onlyOpen}
        onChange={(event) =>
          go(sectionPath('downloads'), event.currentTarget.checked ? new URLSearchParams() : new URLSearchParams({ open: 'false' }))
        }
      />
      <div role="status" className="said">
        {said}
      </div>
      <Listing of={taken}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? <p>{words.empty}</p> : <DownloadsTable items={items} onConfirm={setConfirming} />}
            <Paging next={next} shown={next === null ? words.shown(items.length) : words.shownMore(items.length)} />
          </>
        )}
      </Listing>
      {confirming !== null && (
        <ConfirmDeleted
          id={confirming}
          onClose={() => setConfirming(null)}
          onConfirmed={() => {
            setConfirming(null);
            setSaid(downloads.confirmed);
            taken.reload();
          }}
        />
      )}
    </div>
  );
}
