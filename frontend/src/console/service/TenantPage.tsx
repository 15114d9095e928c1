import { useCallback } from 'react';

import { wordFor } from '../../shared/catalogue.ts';
import { Link } from '../parts/Link.tsx';
import { Listing } from '../parts/Listing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { When } from '../parts/When.tsx';
import { sectionPath } from '../route.ts';
import { useLoad } from '../useLoad.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { serviceWords } from '../words/service.ts';
import { Progress } from './Progress.tsx';
import { StoredTable } from './StoredTable.tsx';
import { loadTenant, type OpenedTenant } from './tenants.ts';
import { TenantState } from './TenantState.tsx';

interface TenantPageProps {
  readonly id: string;
}

/** One installation. It is loaded once, and not by the way: each look leaves a record with the customer. */
export default function TenantPage({ id }: TenantPageProps) {
  const { tenant: words } = useWords(serviceWords);
  const tenant = useLoad(useCallback((stop: AbortSignal) => loadTenant(id, stop), [id]));
  return (
    <div className="page-parts">
      <Link to={sectionPath('tenants')}>{words.back}</Link>
      <PageHead title={words.title(id)} about={words.recorded} />
      <Listing of={tenant}>{(value) => <Opened tenant={value} />}</Listing>
    </div>
  );
}

function Opened({ tenant }: { readonly tenant: OpenedTenant }) {
  const { tenant: words, tenants, erasures } = useWords(serviceWords);
  const { products } = useWords(commonWords);
  return (
    <>
      {tenant.site === null && <p>{words.gone}</p>}
      <dl className="facts part">
        {tenant.site !== null && <Fact name={words.site}>{tenant.site}</Fact>}
        {tenant.product !== null && <Fact name={words.product}>{wordFor(products, tenant.product)}</Fact>}
        <Fact name={tenants.state}>
          <TenantState state={tenant.state} />
        </Fact>
        <Fact name={tenants.since}>
          <When at={tenant.since} />
        </Fact>
        {tenant.dueAt !== null && (
          <Fact name={tenants.due}>
            <When at={tenant.dueAt} /> {tenant.reason !== null && `(${wordFor(tenants.reasons, tenant.reason)})`}
          </Fact>
        )}
        {tenant.erasure !== null && (
          <>
            <Fact name={words.progress}>
              <Progress step={tenant.erasure.step} label={wordFor(erasures.steps, tenant.erasure.step)} />
            </Fact>
            <Fact name={words.frozen}>
              <When at={tenant.erasure.frozenAt} />
            </Fact>
            <Fact name={words.ceiling}>
              <When at={tenant.erasure.ceilingAt} />
            </Fact>
          </>
        )}
      </dl>
      <StoredTable classes={tenant.classes} />
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
