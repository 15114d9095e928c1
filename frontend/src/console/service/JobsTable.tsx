import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';

import { wordFor } from '../../shared/catalogue.ts';
import { formatCount } from '../../shared/format.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { When } from '../parts/When.tsx';
import { useMay } from '../SessionContext.ts';
import { commonWords } from '../words/common.ts';
import { useLocale, useWords } from '../words/language.ts';
import { workWords } from '../words/work.ts';
import type { Job } from './jobs.ts';

interface JobsTableProps {
  readonly title: string;
  readonly none: string;
  readonly of: 'dead' | 'running' | 'queued';
  readonly jobs: readonly Job[];
  readonly onRetry?: (id: string) => void;
}

export function JobsTable({ title, none, of, jobs, onRetry }: JobsTableProps) {
  const { jobs: words } = useWords(workWords);
  const common = useWords(commonWords);
  const locale = useLocale();
  const may = useMay();
  const kind = (job: Job) => (
    <>
      {wordFor(words.kinds, job.kind)}
      <span className="marks">{job.isHeld ? words.held : job.id}</span>
    </>
  );
  const time = (job: Job) => (of === 'running' && job.leaseUntil !== null ? job.leaseUntil : job.runAt);
  const again = (job: Job) => (
    <Button spacing="compact" aria-label={words.retryLabel(wordFor(words.kinds, job.kind), job.id)} onClick={() => onRetry?.(job.id)}>
      {words.retry}
    </Button>
  );
  const id = `jobs-${of}`;
  return (
    <section aria-labelledby={id} className="section-parts" tabIndex={-1}>
      <Heading as="h2" size="small" id={id}>
        {title}
      </Heading>
      {jobs.length === 0 ? (
        <p className="subtle">{none}</p>
      ) : (
        <DataTable
          label={title}
          rows={jobs}
          keyOf={(job) => job.id}
          columns={[
            { name: words.kind, cell: kind, width: 24 },
            { name: words.tenant, cell: (job) => job.tenant ?? <span className="subtle">{common.none}</span>, width: 18 },
            { name: words.since, cell: (job) => <When at={job.createdAt} />, width: 14 },
            { name: of === 'running' ? words.lease : words.runAt, cell: (job) => <When at={time(job)} />, width: 14 },
            { name: words.attempts, cell: (job) => formatCount(job.attempts, locale), width: 8 },
            { name: words.error, cell: (job) => job.lastError ?? <span className="subtle">{common.none}</span>, width: 22 },
            ...(onRetry !== undefined && may('staff: retry jobs') ? [{ name: words.retry, cell: again, width: 12 }] : []),
          ]}
        />
      )}
    </section>
  );
}
