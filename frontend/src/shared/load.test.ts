import { expect, it } from 'vitest';

import type { Failure } from './failure.ts';
import { arrived, type Load, renewed } from './load.ts';

const refused = (status: number): Failure => ({
  kind: 'refused',
  status,
  code: null,
  title: null,
  detail: null,
  requestId: null,
  retryAfterSeconds: null,
});
const failed = (failure: Failure) => ({ state: 'failed', failure }) as const;
const BEFORE = arrived('what was there');

it.each([{ kind: 'network' } as const, { kind: 'unreadable' } as const, refused(503), refused(429)])(
  'what was there stays with why nothing newer came: %j',
  (failure) => {
    expect(renewed(BEFORE, failed(failure))).toEqual({ ...BEFORE, stale: failure });
  },
);

it.each([401, 403, 404, 410])('what may not be seen any more, or is gone, does not stay: %i', (status) => {
  expect(renewed(BEFORE, failed(refused(status)))).toEqual(failed(refused(status)));
});

it('what came anew takes the place of what was there', () => {
  const stale: Load<string> = { ...BEFORE, stale: { kind: 'network' } };
  expect(renewed(stale, { state: 'ready', value: 'newer' })).toMatchObject({ value: 'newer', stale: null });
});

it('where nothing was there, the failure is all there is', () => {
  expect(renewed({ state: 'loading' }, failed({ kind: 'network' }))).toEqual(failed({ kind: 'network' }));
});
