import Button from '@atlaskit/button/default/button';
import { useCallback, useRef, useState } from 'react';

import { PageHead } from '../parts/PageHead.tsx';
import { useNavigation } from '../navigation.ts';
import { useMay } from '../SessionContext.ts';
import { useLoad } from '../useLoad.ts';
import { intakeWords } from '../words/intake.ts';
import { queueWords } from '../words/queue.ts';
import { useWords } from '../words/language.ts';
import { askedOf, countedOf } from './asked.ts';
import { CloseDialog } from './CloseDialog.tsx';
import { IntakeDialog } from './IntakeDialog.tsx';
import { loadCounts, loadQueue } from './queue.ts';
import { QueueFilters } from './QueueFilters.tsx';
import { QueueList } from './QueueList.tsx';
import { useTriage } from './useTriage.ts';
import { ViewTabs } from './ViewTabs.tsx';

/** Tickets that wait, by filters that are kept in the address. */
export function QueuePart() {
  const words = useWords(queueWords);
  const { query } = useNavigation();
  const asked = askedOf(query).toString();
  const filters = countedOf(query).toString();
  const queue = useLoad(useCallback((stop: AbortSignal) => loadQueue(asked, stop), [asked]));
  const counts = useLoad(useCallback((stop: AbortSignal) => loadCounts(filters, stop), [filters]));
  const [closing, setClosing] = useState<string | null>(null);
  const [isTakingIn, setIsTakingIn] = useState(false);
  const intake = useWords(intakeWords);
  const may = useMay();
  const list = useRef<HTMLDivElement>(null);
  const reload = () => {
    queue.reload();
    counts.reload();
  };
  const shown = queue.load.state === 'ready' ? queue.load.value : null;
  const triage = useTriage({ list, shown, onClose: setClosing, onChanged: reload });

  const endClosing = (number: string) => {
    triage.keepPlace(number);
    setClosing(null);
  };
  return (
    <>
      <PageHead title={words.title} onRefresh={reload} isLoading={queue.isLoading}>
        {may('staff: take in') && <Button onClick={() => setIsTakingIn(true)}>{intake.open}</Button>}
      </PageHead>
      <ViewTabs counts={counts.load} />
      <QueueFilters />
      <div role="status" className="said">
        {triage.said}
      </div>
      <div ref={list}>
        <QueueList queue={queue} triage={triage} onClose={setClosing} />
      </div>
      {isTakingIn && (
        <IntakeDialog
          onClose={() => setIsTakingIn(false)}
          onMade={(number) => {
            setIsTakingIn(false);
            triage.say(intake.made(number));
            reload();
          }}
        />
      )}
      {closing !== null && (
        <CloseDialog
          number={closing}
          onClose={() => endClosing(closing)}
          onClosed={() => {
            triage.say(words.closed(closing));
            endClosing(closing);
            reload();
          }}
        />
      )}
    </>
  );
}
