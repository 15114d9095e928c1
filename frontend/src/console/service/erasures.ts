import { withQuery } from '../../shared/page.ts';
import { count, fields, list, moment, nullable, orNull, text } from '../../shared/read.ts';
import { ask } from '../api.ts';
import type { Told } from '../../shared/wire.ts';

export type Erasures = Omit<Told<'Erasures'>, 'brakes'> & {
  readonly brakes: readonly Pick<Told<'EngagedBrake'>, 'brake' | 'engagedAt'>[];
};

export type UnderWay = Told<'ErasureUnderWay'>;

/** A processor that has not confirmed an erasure. */
export type Pending = Told<'PendingProcessor'>;

export type Receipt = Told<'Receipt'>;

export interface Receipts {
  readonly items: readonly Receipt[];
  readonly next: string | null;
}

/** The steps of an erasure in their order, as `db/erasures.rs` of the service has them. */
export const STEPS = ['frozen', 'prepared', 'shredded', 'deleted', 'cleaned', 'verified', 'receipted'] as const;

/** How many steps are done; none where a newer service has others. */
export function stepsDone(step: string): number {
  return STEPS.findIndex((known) => known === step) + 1;
}

function readErasures(body: unknown): Erasures {
  const { brakes, underWay, pending } = fields<Erasures>(body);
  return {
    brakes: list(brakes).map((value) => {
      const brake = fields<Told<'EngagedBrake'>>(value);
      return { brake: text(brake.brake), engagedAt: moment(brake.engagedAt) };
    }),
    underWay: list(underWay).map((value) => {
      const one = fields<UnderWay>(value);
      return { tenant: text(one.tenant), step: text(one.step), reason: text(one.reason), frozenAt: moment(one.frozenAt) };
    }),
    pending: list(pending).map((value) => {
      const one = fields<Pending>(value);
      return {
        tenant: text(one.tenant),
        processor: text(one.processor),
        toldAt: nullable(one.toldAt, moment),
        dueAt: moment(one.dueAt),
        isSilent: one.isSilent === true,
      };
    }),
  };
}

export function loadErasures(stop: AbortSignal): Promise<Erasures> {
  return ask({ method: 'GET', path: '/erasures' }, readErasures, stop);
}

export function loadReceipts(cursor: string | null, stop: AbortSignal): Promise<Receipts> {
  const read = (body: unknown): Receipts => {
    const { items, nextCursor } = fields<Told<'ReceiptPage'>>(body);
    const receipt = (value: unknown): Receipt => {
      const one = fields<Receipt>(value);
      return {
        tenant: text(one.tenant),
        number: count(one.number),
        issuedAt: moment(one.issuedAt),
        keptUntil: moment(one.keptUntil),
        document: text(one.document),
      };
    };
    return { items: list(items).map(receipt), next: orNull(nextCursor, text) };
  };
  return ask({ method: 'GET', path: withQuery('/receipts', { cursor, limit: '20' }) }, read, stop);
}
