import Button from '@atlaskit/button/default/button';
import { type FormEvent, useCallback, useState } from 'react';

import { useNavigation } from '../navigation.ts';
import { InputField } from '../parts/InputField.tsx';
import { Listing } from '../parts/Listing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Paging } from '../parts/Paging.tsx';
import { sectionPath } from '../route.ts';
import { useLoad } from '../useLoad.ts';
import { useWords } from '../words/language.ts';
import { recordWords } from '../words/record.ts';
import { EntryTable } from './EntryTable.tsx';
import { loadAudit } from './records.ts';

/** What was done, of one installation or of none. */
export default function AuditPage() {
  const words = useWords(recordWords);
  const { query } = useNavigation();
  const tenant = query.get('tenant');
  const cursor = query.get('cursor');
  const audit = useLoad(useCallback((stop: AbortSignal) => loadAudit(tenant, cursor, stop), [tenant, cursor]));
  return (
    <div className="page-parts">
      <PageHead title={words.audit.title} about={words.audit.about} onRefresh={audit.reload} isLoading={audit.isLoading} />
      <TenantForm key={tenant ?? ''} tenant={tenant ?? ''} />
      <Listing of={audit}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? <p>{words.empty}</p> : <EntryTable label={words.audit.title} entries={items} />}
            <Paging next={next} shown={next === null ? words.shown(items.length) : words.shownMore(items.length)} />
          </>
        )}
      </Listing>
    </div>
  );
}

function TenantForm({ tenant }: { readonly tenant: string }) {
  const words = useWords(recordWords);
  const { go } = useNavigation();
  const [typed, setTyped] = useState(tenant);
  const [hasTried, setHasTried] = useState(false);
  const isNumber = /^\d{0,19}$/.test(typed.trim());
  const show = (event: FormEvent) => {
    event.preventDefault();
    setHasTried(true);
    if (isNumber) {
      const wanted = typed.trim();
      go(sectionPath('audit'), wanted === '' ? new URLSearchParams() : new URLSearchParams({ tenant: wanted }));
    }
  };
  return (
    <form className="search" noValidate onSubmit={show}>
      <InputField
        id="tenant"
        label={words.audit.tenant}
        about={words.audit.tenantAbout}
        inputMode="numeric"
        value={typed}
        fault={hasTried && !isNumber ? words.audit.tenantFault : undefined}
        onChange={setTyped}
      />
      <div className="search-buttons">
        <Button type="submit">{words.audit.show}</Button>
      </div>
    </form>
  );
}
