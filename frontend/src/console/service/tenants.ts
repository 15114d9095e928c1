import { withQuery } from '../../shared/page.ts';
import { count, fields, list, moment, nullable, orNull, text } from '../../shared/read.ts';
import { readSummary } from '../../shared/summary.ts';
import { ask, segment } from '../api.ts';
import type { Told } from '../../shared/wire.ts';

export type Tenant = Told<'TenantSummary'>;

export interface TenantList {
  readonly items: readonly Tenant[];
  readonly next: string | null;
}

/** One installation, with what it is called. */
export type OpenedTenant = Told<'TenantDetails'>;

function readTenant(value: unknown): Tenant {
  const tenant = fields<Tenant>(value);
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
  const tenant = fields<OpenedTenant>(body);
  return {
    ...readTenant(body),
    product: nullable(tenant.product, text),
    site: nullable(tenant.site, text),
    classes: readSummary(body),
    erasure: nullable(tenant.erasure, (value) => {
      const erasure = fields<Told<'ErasureProgress'>>(value);
      return { step: text(erasure.step), frozenAt: moment(erasure.frozenAt), ceilingAt: moment(erasure.ceilingAt) };
    }),
  };
}

export function loadTenants(cursor: string | null, stop: AbortSignal): Promise<TenantList> {
  const read = (body: unknown): TenantList => {
    const { items, nextCursor } = fields<Told<'TenantPage'>>(body);
    return { items: list(items).map(readTenant), next: orNull(nextCursor, text) };
  };
  return ask({ method: 'GET', path: withQuery('/tenants', { cursor }) }, read, stop);
}

export function loadTenant(id: string, stop: AbortSignal): Promise<OpenedTenant> {
  return ask({ method: 'GET', path: `/tenants/${segment(id)}` }, readOpened, stop);
}
