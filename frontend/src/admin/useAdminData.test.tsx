import { act, renderHook, waitFor } from '@testing-library/react';
import { beforeEach, expect, it } from 'vitest';

import { answerWith, problem, standInProduct } from '../testing/product.ts';
import { askAhead, useAdminData } from './useAdminData.ts';

/** What the page has asked the service, in this order. */
let asked: string[];

beforeEach(() => {
  standInProduct();
  asked = [];
  answerWith((path) => {
    asked.push(path.split('/').at(-1) ?? '');
    return problem(503, 'unavailable');
  });
});

it('what was asked ahead is shown by the page and not asked a second time', async () => {
  askAhead();
  await waitFor(() => expect(asked).toHaveLength(3));
  const { result } = renderHook(() => useAdminData());
  await waitFor(() => expect(result.current.isLoading).toBe(false));
  expect(asked).toEqual(['session', 'summary', 'settings']);
  expect(result.current.session.state).toBe('failed');
});

it('what was asked ahead serves once: whoever loads the page anew hears what is true then', async () => {
  askAhead();
  const { result } = renderHook(() => useAdminData());
  await waitFor(() => expect(result.current.isLoading).toBe(false));
  act(() => result.current.reload());
  await waitFor(() => expect(asked).toHaveLength(6));
});
