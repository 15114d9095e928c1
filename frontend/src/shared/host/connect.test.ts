import { afterEach, expect, it, vi } from 'vitest';

import { failureOf } from '../failure.ts';
import type { AtlassianHost, DialogOptions } from './ap.ts';
import { host } from './connect.ts';

const stop = new AbortController().signal;

function inProduct(product: AtlassianHost | undefined): void {
  const setTimeout = (run: () => void, after: number) => globalThis.setTimeout(run, after);
  vi.stubGlobal('window', { AP: product, setTimeout, clearTimeout: globalThis.clearTimeout });
  vi.stubGlobal('document', { querySelector: () => ({ content: '/kept' }) });
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('asks the service itself, under its prefix, with the token of the product', async () => {
  inProduct({ context: { getToken: (take) => take('signed') } });
  const sent: [string, RequestInit][] = [];
  vi.stubGlobal('fetch', (address: string, options: RequestInit) => {
    sent.push([address, options]);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
  const token = await host.token();
  await host.send({ method: 'PUT', path: '/api/v1/settings', headers: { Accept: 'a' }, body: { a: 1 } }, token, stop);
  await host.send({ method: 'GET', path: '/api/v1/settings', headers: {} }, token, stop);
  expect(sent).toMatchObject([
    ['/kept/api/v1/settings', { method: 'PUT', headers: { Accept: 'a', Authorization: 'JWT signed' }, body: '{"a":1}' }],
    ['/kept/api/v1/settings', { method: 'GET', headers: { Authorization: 'JWT signed' }, body: null, credentials: 'omit' }],
  ]);
});

it('takes a line that breaks for what it is', async () => {
  inProduct(undefined);
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
  const failure = await host.send({ method: 'GET', path: '/', headers: {} }, '', stop).then(() => null, failureOf);
  expect(failure).toEqual({ kind: 'network' });
});

it.each([
  ['is not there', undefined],
  ['says nothing', { context: { getToken: () => undefined } }],
])('has no token where the product %s', async (_, product) => {
  vi.useFakeTimers();
  inProduct(product);
  const failure = host.token().then(() => null, failureOf);
  await vi.runAllTimersAsync();
  expect(await failure).toEqual({ kind: 'no-host' });
});

it('opens the page for reports as a dialog of the product, where it has any', () => {
  inProduct({});
  expect(host.dialog()).toBeNull();
  const opened: DialogOptions[] = [];
  inProduct({ dialog: { create: (options) => opened.push(options), getCustomData: (take) => take({ errorId: 'r1' }) } });
  host.dialog()?.open('r1', 'Report');
  expect(opened).toEqual([{ key: 'kept-report', size: 'x-large', chrome: true, header: 'Report', customData: { errorId: 'r1' } }]);
  const taken: string[] = [];
  host.handedErrorId((errorId) => taken.push(errorId));
  expect(taken).toEqual(['r1']);
});

it('knows the addresses of public pages, and lets links open by themselves', () => {
  inProduct(undefined);
  expect(host.publicAddress('/privacy')).toBe('/kept/privacy');
  expect(host.openBeside).toBeUndefined();
});
