import Button from '@atlaskit/button/default/button';
import { useCallback, useState } from 'react';

import { wordFor } from '../../shared/catalogue.ts';
import { useNavigation } from '../navigation.ts';
import { Listing } from '../parts/Listing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Paging } from '../parts/Paging.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { useMay, useSession } from '../SessionContext.ts';
import { useAct } from '../useAct.ts';
import { useLoad } from '../useLoad.ts';
import { useWords } from '../words/language.ts';
import { recordWords } from '../words/record.ts';
import { EntryTable } from './EntryTable.tsx';
import { type Entry, loadReviews, review } from './records.ts';

/** Accesses that somebody else looks at afterwards. */
export default function ReviewsPage() {
  const words = useWords(recordWords);
  const { reviews } = words;
  const { query } = useNavigation();
  const { name } = useSession();
  const may = useMay();
  const cursor = query.get('cursor');
  const open = useLoad(useCallback((stop: AbortSignal) => loadReviews(cursor, stop), [cursor]));
  const [looking, setLooking] = useState<Entry | null>(null);
  const [said, setSaid] = useState('');
  const act = useAct();

  const settle = async (id: string, remark: string) => {
    if (await act.run((stop) => review(id, remark, stop))) {
      setLooking(null);
      setSaid(reviews.reviewed);
      open.reload();
    }
  };
  const action = (entry: Entry) =>
    entry.who === name ? (
      <span className="subtle">{reviews.own}</span>
    ) : (
      <Button
        spacing="compact"
        aria-label={reviews.reviewLabel(entry.who ?? '', wordFor(words.kinds, entry.kind))}
        onClick={() => setLooking(entry)}
      >
        {reviews.review}
      </Button>
    );

  return (
    <div className="page-parts">
      <PageHead title={reviews.title} about={reviews.about} onRefresh={open.reload} isLoading={open.isLoading} />
      <div role="status" className="said">
        {said}
      </div>
      <Listing of={open}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? (
              <p>{reviews.empty}</p>
            ) : (
              <EntryTable label={reviews.title} entries={items} {...(may('staff: review') && { actions: action })} />
            )}
            <Paging next={next} shown={next === null ? words.shown(items.length) : words.shownMore(items.length)} />
          </>
        )}
      </Listing>
      {looking !== null && (
        <ReasonDialog
          title={reviews.reviewTitle}
          action={reviews.review}
          label={reviews.remark}
          isRunning={act.isRunning}
          failure={act.failure}
          onClose={() => setLooking(null)}
          onReason={(remark) => void settle(looking.id, remark)}
        >
          <p>{reviews.reviewAbout}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
