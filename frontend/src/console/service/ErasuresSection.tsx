import Heading from '@atlaskit/heading';
import SectionMessage from '@atlaskit/section-message/section-message';

import { wordFor } from '../../shared/catalogue.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { When } from '../parts/When.tsx';
import { useWords } from '../words/language.ts';
import { serviceWords } from '../words/service.ts';
import type { Erasures } from './erasures.ts';
import { Progress } from './Progress.tsx';

interface ErasuresSectionProps {
  readonly erasures: Erasures;
}

/** What holds erasures, how far they are, and who has not confirmed one. */
export function ErasuresSection({ erasures: { brakes, underWay, pending } }: ErasuresSectionProps) {
  const { erasures: words, tenants } = useWords(serviceWords);
  return (
    <>
      {brakes.length > 0 && (
        <SectionMessage appearance="warning" title={words.held} headingLevel="h2">
          {brakes.map(({ brake, engagedAt }) => (
            <p key={brake}>
              {wordFor(words.brakes, brake)} <When at={engagedAt} />
            </p>
          ))}
          <p>{words.release}</p>
        </SectionMessage>
      )}
      <section aria-labelledby="under-way" className="section-parts">
        <Heading as="h2" size="small" id="under-way">
          {words.title}
        </Heading>
        {underWay.length === 0 ? (
          <p className="subtle">{words.none}</p>
        ) : (
          <DataTable
            label={words.title}
            rows={underWay}
            keyOf={(one) => one.tenant}
            columns={[
              { name: tenants.id, cell: (one) => one.tenant },
              { name: tenants.state, cell: (one) => <Progress step={one.step} label={wordFor(words.steps, one.step)} /> },
              { name: tenants.why, cell: (one) => wordFor(tenants.reasons, one.reason) },
              { name: words.since, cell: (one) => <When at={one.frozenAt} /> },
            ]}
          />
        )}
      </section>
      <section aria-labelledby="pending" className="section-parts">
        <Heading as="h2" size="small" id="pending">
          {words.pending}
        </Heading>
        {pending.length === 0 ? (
          <p className="subtle">{words.noPending}</p>
        ) : (
          <DataTable
            label={words.pending}
            rows={pending}
            keyOf={(one) => `${one.tenant} ${one.processor}`}
            columns={[
              { name: tenants.id, cell: (one) => one.tenant },
              { name: words.processor, cell: (one) => one.processor },
              { name: words.told, cell: (one) => (one.toldAt === null ? '' : <When at={one.toldAt} />) },
              {
                name: words.until,
                cell: (one) => (
                  <>
                    <When at={one.dueAt} /> {one.isSilent && <strong>{words.silent}</strong>}
                  </>
                ),
              },
            ]}
          />
        )}
      </section>
    </>
  );
}
