import { wordFor } from '../../shared/catalogue.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { Link } from '../parts/Link.tsx';
import { When } from '../parts/When.tsx';
import { tenantPath } from '../route.ts';
import { useWords } from '../words/language.ts';
import { serviceWords } from '../words/service.ts';
import { TenantState } from './TenantState.tsx';
import type { Tenant } from './tenants.ts';

interface TenantsTableProps {
  readonly items: readonly Tenant[];
}

export function TenantsTable({ items }: TenantsTableProps) {
  const { tenants: words } = useWords(serviceWords);
  const date = (at: string | null) => (at === null ? <span className="subtle">{words.noDate}</span> : <When at={at} />);
  return (
    <DataTable
      label={words.title}
      rows={items}
      keyOf={(tenant) => tenant.id}
      columns={[
        { name: words.id, cell: (tenant) => <Link to={tenantPath(tenant.id)}>{tenant.id}</Link> },
        { name: words.state, cell: (tenant) => <TenantState state={tenant.state} /> },
        { name: words.due, cell: (tenant) => date(tenant.dueAt) },
        { name: words.why, cell: (tenant) => (tenant.reason === null ? '' : wordFor(words.reasons, tenant.reason)) },
        { name: words.ends, cell: (tenant) => date(tenant.endsAt) },
        { name: words.since, cell: (tenant) => <When at={tenant.since} /> },
        { name: words.generation, cell: (tenant) => words.times(tenant.generation) },
      ]}
    />
  );
}
