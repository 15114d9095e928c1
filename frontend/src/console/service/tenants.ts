import { withQuery } from '../../shared/page.ts';
import { count, fields, list, moment, nullable, orNull, text } from '../../shared/read.ts';
import { type ClassSummary, readSummary } from '../../shared/summary.ts';
import { ask, segment } from '../api.ts';

export interface Tenant {
  readonly id: string;
  readonly state: string;
  readonly dueAt: string | null;
  readonly reason: string | null;
  readonly endsAt: string | null;
  readonly generation: number;
  readonly since: string;
}

export interface TenantList {
  readonly items: readonly Tenant[];
  readonly next: string | null;
}

/** One installation, with what it is called. */
export interface OpenedTenant extends Tenant {
  readonly product: string | null;
  readonly site: string | null;
  readonly classes: readonly ClassSummary[];
  readonly erasure: { readonly step: string; readonly frozenAt: string; readonly ceilingAt: string } | null;
}

function readTenant(value: unknown): Tenant {
  const tenant = fields(value);
  return {
    id: text(tenant.id),
    state: text(tenant.state),
    dueAt: nullable(tenant.dueAt, moment),
    reason: nullable(tenant.reason, text),
    endsAt: nullable(tenant.endsAt, moment),
    generation: count(tenant.generation),
    since: moment(tenant.since),
  };
}

function readOpened(body: unknown): OpenedTenant {
  const tenant = fields(body);
  return {
    ...readTenant(body),
    product: nullable(tenant.product, text),
    site: nullable(tenant.site, text),
    classes: readSummary(body),
    erasure: nullable(tenant.erasure, (value) => {
      const erasure = fields(value);
      return { step: text(erasure.step), frozenAt: moment(erasure.frozenAt), ceilingAt: moment(erasure.ceilingAt) };
    }),
  };
}

export function loadTenants(cursor: string | null, stop: AbortSignal): Promise<TenantList> {
  const read = (body: unknown): TenantList => {
    const { items, nextCursor } = fields(body);
    return { items: list(items).map(readTenant), next: orNull(nextCursor, text) };
  };
  return ask({ method: 'GET', path: withQuery('/tenants', { cursor }) }, read, stop);
}

export function loadTenant(id: string, stop: AbortSignal): Promise<OpenedTenant> {
  return ask({ method: 'GET', path: `/tenants/${segment(id)}` }, readOpened, stop);
}
