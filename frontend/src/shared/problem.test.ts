import { describe, expect, it } from 'vitest';

import { problemOf, retryAfterSeconds } from './problem.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['30', 30],
    [' 5 ', 5],
    ['Sun, 22 Nov 2026 10:01:30 GMT', 90],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['soon', null],
    ['', null],
    [null, null],
  ])('%j means %j seconds', (header, seconds) => {
    expect(retryAfterSeconds(header, NOW)).toBe(seconds);
  });
});

describe('a refusal', () => {
  it('keeps what a problem document says', async () => {
    const body = { status: 403, code: 'admin_required', title: 'No.', requestId: 'r-1' };
    const { failure } = await problemOf(Response.json(body, { status: 403 }));
    expect(failure).toEqual({
      kind: 'refused',
      status: 403,
      code: 'admin_required',
      title: 'No.',
      detail: null,
      requestId: 'r-1',
      retryAfterSeconds: null,
    });
  });

  it('is understood when a proxy answers with a page', async () => {
    const { failure } = await problemOf(new Response('<h1>Bad gateway</h1>', { status: 502 }));
    expect(failure).toMatchObject({ kind: 'refused', status: 502, code: null, requestId: null });
  });
});
