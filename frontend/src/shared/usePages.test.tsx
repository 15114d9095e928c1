import { act, renderHook, waitFor } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';

import { standInProduct } from '../testing/product.ts';
import { type Failure, LoadError } from './failure.ts';
import type { Page } from './page.ts';
import { usePages } from './usePages.ts';

const NETWORK: Failure = { kind: 'network' };
const NOT_PERMITTED: Failure = {
  kind: 'refused',
  status: 403,
  code: 'admin_required',
  title: null,
  detail: null,
  requestId: null,
  retryAfterSeconds: null,
};

/** What the service answers next, for whatever cursor. */
let answer: (cursor: string | null) => Page<string>;
const load = (cursor: string | null) => Promise.resolve().then(() => answer(cursor));
const fails = (failure: Failure) => () => {
  throw new LoadError(failure);
};

beforeEach(() => {
  standInProduct();
  answer = (cursor) => (cursor === null ? { items: ['one'], next: 'more' } : { items: ['two'], next: null });
});

/** A list of two parts, which is loaded anew by what `again` says of it. */
async function loadedTwice() {
  const hook = renderHook(({ run }) => usePages(load, run), { initialProps: { run: 1 } });
  await waitFor(() => expect(hook.result.current.parts).toHaveLength(1));
  act(() => hook.result.current.more());
  await waitFor(() => expect(hook.result.current.parts).toHaveLength(2));
  return hook;
}

const items = ({ current: { parts } }: { readonly current: { readonly parts: readonly Page<string>[] } }) => parts.flatMap((part) => part.items);

it('a list that cannot begin anew stays whole, with why and since when', async () => {
  const { result, rerender } = await loadedTwice();
  answer = fails(NETWORK);
  rerender({ run: 2 });
  await waitFor(() => expect(result.current.arrival?.stale).toEqual(NETWORK));
  expect(items(result)).toEqual(['one', 'two']);
  answer = () => ({ items: ['new'], next: null });
  act(() => result.current.restart());
  await waitFor(() => expect(items(result)).toEqual(['new']));
  expect(result.current.arrival?.stale).toBeNull();
});

it('a list that may not be seen any more does not stay', async () => {
  const { result, rerender } = await loadedTwice();
  answer = fails(NOT_PERMITTED);
  rerender({ run: 2 });
  await waitFor(() => expect(result.current.failure).toEqual(NOT_PERMITTED));
  expect(items(result)).toEqual([]);
});

it('a part that did not come leaves those before it, and can be asked for again', async () => {
  const { result } = renderHook(() => usePages(load, 1));
  await waitFor(() => expect(items(result)).toEqual(['one']));
  const whole = answer;
  answer = fails(NETWORK);
  act(() => result.current.more());
  await waitFor(() => expect(result.current.failure).toEqual(NETWORK));
  expect(items(result)).toEqual(['one']);
  answer = whole;
  act(() => result.current.more());
  await waitFor(() => expect(items(result)).toEqual(['one', 'two']));
  expect(result.current.failure).toBeNull();
});
