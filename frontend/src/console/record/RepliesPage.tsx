import Button from '@atlaskit/button/default/button';
import { useCallback, useState } from 'react';

import { Listing } from '../parts/Listing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { useMay } from '../SessionContext.ts';
import { type Canned, loadCanned } from '../ticket/canned.ts';
import { useLoad } from '../useLoad.ts';
import { useWords } from '../words/language.ts';
import { peopleWords } from '../words/people.ts';
import { RemoveReply } from './RemoveReply.tsx';
import { RepliesTable } from './RepliesTable.tsx';
import { ReplyDialog } from './ReplyDialog.tsx';

/** What is being done: `null` as the reply that is edited is a new one. */
type Doing = { readonly edit: Canned | null } | { readonly remove: Canned } | null;

/** The vendor's own wording for answers that are given often. */
export default function RepliesPage() {
  const { replies } = useWords(peopleWords);
  const may = useMay();
  const canned = useLoad(useCallback((stop: AbortSignal) => loadCanned(stop), []));
  const [doing, setDoing] = useState<Doing>(null);
  const [said, setSaid] = useState('');
  const placeholders = canned.load.state === 'ready' ? canned.load.value.placeholders : [];
  const done = (said: string) => {
    setDoing(null);
    setSaid(said);
    canned.reload();
  };

  return (
    <div className="page-parts">
      <PageHead title={replies.title} about={replies.about} onRefresh={canned.reload} isLoading={canned.isLoading}>
        {may('staff: write replies') && canned.load.state === 'ready' && (
          <Button appearance="primary" onClick={() => setDoing({ edit: null })}>
            {replies.add}
          </Button>
        )}
      </PageHead>
      <div role="status" className="said">
        {said}
      </div>
      <Listing of={canned}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{replies.empty}</p>
          ) : (
            <RepliesTable items={items} onEdit={(edit) => setDoing({ edit })} onRemove={(remove) => setDoing({ remove })} />
          )
        }
      </Listing>
      {doing !== null && 'edit' in doing && (
        <ReplyDialog
          reply={doing.edit}
          placeholders={placeholders}
          onClose={() => setDoing(null)}
          onSaved={() => done(replies.saved)}
        />
      )}
      {doing !== null && 'remove' in doing && (
        <RemoveReply reply={doing.remove} onClose={() => setDoing(null)} onRemoved={() => done(replies.removed)} />
      )}
    </div>
  );
}
