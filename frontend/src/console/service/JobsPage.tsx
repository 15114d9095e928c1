import { useCallback, useState } from 'react';

import { formatCount } from '../../shared/format.ts';
import { FailureBox } from '../parts/FailureBox.tsx';
import { Listing } from '../parts/Listing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { useAct } from '../useAct.ts';
import { useLoad } from '../useLoad.ts';
import { useLocale, useWords } from '../words/language.ts';
import { workWords } from '../words/work.ts';
import { type Jobs, loadJobs, retry } from './jobs.ts';
import { JobsTable } from './JobsTable.tsx';

/** What the service does by itself: what has failed for good comes first. */
export default function JobsPage() {
  const { jobs: words } = useWords(workWords);
  const jobs = useLoad(useCallback((stop: AbortSignal) => loadJobs(stop), []));
  const [said, setSaid] = useState('');
  const act = useAct();
  const tryAgain = async (id: string) => {
    if (await act.run((stop) => retry(id, stop))) {
      setSaid(words.retried);
      jobs.reload();
    }
  };
  return (
    <div className="page-parts">
      <PageHead title={words.title} about={words.about} onRefresh={jobs.reload} isLoading={jobs.isLoading} />
      <div role="status" className="said">
        {said}
      </div>
      {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h2" />}
      <Listing of={jobs}>
        {(value) => (
          <>
            <Counts counts={value.counts} />
            <JobsTable title={words.deadTitle} none={words.deadNone} of="dead" jobs={value.dead} onRetry={(id) => void tryAgain(id)} />
            <JobsTable title={words.runningTitle} none={words.runningNone} of="running" jobs={value.running} />
            <JobsTable title={words.queuedTitle} none={words.queuedNone} of="queued" jobs={value.queued} />
          </>
        )}
      </Listing>
    </div>
  );
}

function Counts({ counts }: { readonly counts: Jobs['counts'] }) {
  const { jobs: words } = useWords(workWords);
  const locale = useLocale();
  return (
    <dl className="counts" aria-label={words.counts}>
      {(['queued', 'due', 'running', 'dead'] as const).map((name) => (
        <div key={name}>
          <dt>{words[name]}</dt>
          <dd>{formatCount(counts[name], locale)}</dd>
        </div>
      ))}
    </dl>
  );
}
