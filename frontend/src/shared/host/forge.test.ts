import { afterEach, describe, expect, it, vi } from 'vitest';

import { failureOf } from '../failure.ts';
import { problemOf } from '../problem.ts';
import type { Outgoing } from './contract.ts';
import { host, REQUEST_BYTES_MAX } from './forge.ts';

type Asked = readonly [command: string, payload: Record<string, unknown>];

const GET: Outgoing = { method: 'GET', path: '/api/v1/session', headers: { Accept: 'application/json' } };

/** A bridge that answers each command so, and remembers what it was asked. */
function withBridge(answers: Readonly<Record<string, unknown>>): Asked[] {
  const asked: Asked[] = [];
  const callBridge = (command: string, payload: Record<string, unknown>) => {
    asked.push([command, payload]);
    const answer = answers[command];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  vi.stubGlobal('__bridge', { callBridge });
  return asked;
}

function send(outgoing: Outgoing, stop = new AbortController().signal): Promise<Response> {
  return host.send(outgoing, '', stop);
}

async function failureWith(outgoing: Outgoing, stop?: AbortSignal) {
  return send(outgoing, stop).then(() => null, failureOf);
}

const answered = (status: number, body?: unknown, headers = {}) => ({ success: true, payload: { status, body, headers } });

afterEach(() => vi.unstubAllGlobals());

describe('a request of a page in Forge', () => {
  it('is an invocation of the remote under the addresses for Forge', async () => {
    const asked = withBridge({ invoke: answered(200, { state: 'active' }, { 'content-type': ['application/json'] }) });
    const response = await send({ ...GET, method: 'PUT', body: { a: 1 } });
    expect(await response.json()).toEqual({ state: 'active' });
    expect(response.headers.get('Content-Type')).toBe('application/json');
    const invocation = { ...GET, method: 'PUT', path: '/forge/api/v1/session', body: { a: 1 }, invokeType: 'ui-remote-fetch' };
    expect(asked).toEqual([['invoke', invocation]]);
  });

  it('sends no body where there is none', async () => {
    const asked = withBridge({ invoke: answered(204) });
    const response = await send(GET);
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(asked[0]?.[1]).not.toHaveProperty('body');
  });

  it('has no token of the page: Forge adds its own', async () => {
    expect(await host.token()).toBe('');
  });

  it.each([
    ['as an answer', answered(409, { code: 'stale', title: 'Changed', requestId: 'r1' }, { 'retry-after': ['7'] })],
    [
      'as an error',
      { success: false, error: { status: 409, body: { code: 'stale', title: 'Changed', requestId: 'r1' }, headers: { 'retry-after': ['7'] } } },
    ],
  ])('shows a refusal of the service as it is, told %s', async (_, told) => {
    withBridge({ invoke: told });
    const { failure } = await problemOf(await send(GET));
    expect(failure).toMatchObject({ kind: 'refused', status: 409, code: 'stale', requestId: 'r1', retryAfterSeconds: 7 });
  });

  it.each([
    ['thrown', new Error('Remote could not verify the Forge Invocation Token')],
    ['told', { success: false, error: { message: 'Remote could not verify the Forge Invocation Token' } }],
  ])('knows a service that believes the token no more, %s', async (_, told) => {
    withBridge({ invoke: told });
    expect(await failureWith(GET)).toMatchObject({ kind: 'refused', status: 401, code: 'unauthenticated' });
  });

  it.each([new Error('Remote invocation timed out after 25 seconds'), undefined, {}, { success: true }, { success: true, payload: 5 }])(
    'is lost where nothing of the service came back: %s',
    async (told) => {
      withBridge({ invoke: told });
      expect(await failureWith(GET)).toEqual({ kind: 'network' });
    },
  );

  it('ends when the page waits no longer', async () => {
    vi.stubGlobal('__bridge', { callBridge: () => new Promise(() => undefined) });
    const stop = new AbortController();
    const failure = failureWith(GET, stop.signal);
    stop.abort();
    expect(await failure).toEqual({ kind: 'network' });
    expect(await failureWith(GET, stop.signal)).toEqual({ kind: 'network' });
  });

  it('is not made at all when it is larger than Forge lets through, and says so', async () => {
    const asked = withBridge({ invoke: answered(200, {}) });
    const frame = JSON.stringify({ text: '' }).length;
    const of = (bytes: number): Outgoing => ({ ...GET, method: 'POST', body: { text: 'ü'.repeat((bytes - frame) / 2) } });
    expect(await failureWith(of(REQUEST_BYTES_MAX))).toBeNull();
    const failure = await failureWith(of(REQUEST_BYTES_MAX + 2));
    expect(failure).toMatchObject({ kind: 'refused', status: 413, code: 'body_too_large' });
    expect(failure).toHaveProperty('detail', expect.stringContaining('500 kB'));
    expect(asked).toHaveLength(1);
  });

  it('tells a page that stands in no product so', async () => {
    expect(await failureWith(GET)).toEqual({ kind: 'no-host' });
    expect(host.locale()).toBeNull();
    expect(host.dialog()).toBeNull();
  });
});

describe('a page in Forge', () => {
  it('speaks the language of its user', async () => {
    withBridge({ getContext: { locale: 'de-DE', extension: {} } });
    expect(await host.locale()).toBe('de-DE');
  });

  it('opens the page for reports with the request that failed, which that one finds', async () => {
    const asked = withBridge({ openModal: true, getContext: { extension: { modal: { errorId: 'r1' } } } });
    host.dialog()?.open('r1', 'Report a problem');
    const modal = { resource: 'kept-report', title: 'Report a problem', context: { errorId: 'r1' }, closeOnOverlayClick: false };
    expect(asked).toEqual([['openModal', expect.objectContaining(modal)]]);
    expect(await new Promise<string>((taken) => host.handedErrorId(taken))).toBe('r1');
  });

  it('takes its theme from the product, and survives one that gives none', async () => {
    const asked = withBridge({ enableTheming: new Error('not here') });
    host.followTheme();
    await Promise.resolve();
    expect(asked.map(([command]) => command)).toEqual(['enableTheming']);
  });

  it('asks the service where its public pages are, once, and again after a failure', async () => {
    withBridge({ invoke: new Error('network') });
    expect(await host.publicAddress('/privacy')).toBeNull();
    const asked = withBridge({ invoke: answered(200, { publicUrl: 'https://app.example.com' }), navigate: undefined });
    expect(await host.publicAddress('/privacy')).toBe('https://app.example.com/privacy');
    expect(await host.publicAddress('/cookies')).toBe('https://app.example.com/cookies');
    host.openBeside?.('https://app.example.com/privacy');
    expect(asked.map(([command]) => command)).toEqual(['invoke', 'navigate']);
    expect(asked[1]?.[1]).toEqual({ url: 'https://app.example.com/privacy', type: 'new-tab' });
  });
});
