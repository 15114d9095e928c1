import { LoadError, lostConnection } from '../failure.ts';
import * as bridge from './bridge.ts';
import type { Host, Outgoing } from './contract.ts';

/** The most that Forge lets through in one request of a page. */
export const REQUEST_BYTES_MAX = 500_000;

// eslint-disable-next-line no-restricted-syntax -- said as the service says why it refuses, and marked as English like it
const TOO_LARGE = `Forge lets at most ${REQUEST_BYTES_MAX / 1000} kB through at once.`;

/** What is left of it for files, before base64 and beside the texts of a report. */
const FILES_BYTES_MAX = 300_000;

/** The page for reports, as the manifest names its resource. */
const REPORT_RESOURCE = 'kept-report';

/** What Forge says when the service answered 401. */
const NOT_VERIFIED = 'could not verify the Forge Invocation Token';

const NO_BODY: readonly number[] = [204, 205, 304];

/** A page of a Forge app: Atlassian serves it, and Forge carries each request to the service and proves who asks. */
export const host: Host = {
  token: () => Promise.resolve(''),
  send,
  locale,
  followTheme: () => void bridge.enableTheming().catch(() => undefined),
  // The product follows the height of the page by itself.
  fit: () => undefined,
  dialog: () => (bridge.hasBridge() ? { open: openReport } : null),
  handedErrorId,
  publicAddress: (path) => publicBase().then((base) => (base === null ? null : `${base}${path}`)),
  openBeside: (address) => void bridge.openBeside(address).catch(() => undefined),
  filesBytesMax: FILES_BYTES_MAX,
};

async function send({ method, path, headers, body }: Outgoing, _token: string, stop: AbortSignal): Promise<Response> {
  if (!bridge.hasBridge()) {
    throw new LoadError({ kind: 'no-host' });
  }
  checkSize(body);
  const invoked = bridge.invokeRemote({ method, path: `/forge${path}`, headers, ...(body !== undefined && { body }) });
  const answer = await Promise.race([invoked, stopped(stop)]);
  if (answer.status === null) {
    return failed(answer.message);
  }
  const text = NO_BODY.includes(answer.status) || answer.body === undefined ? null : JSON.stringify(answer.body);
  return new Response(text, { status: answer.status, headers: answer.headers });
}

/** Forge would refuse it without a reason that anybody could read. */
function checkSize(body: unknown): void {
  if (body !== undefined && new TextEncoder().encode(JSON.stringify(body)).length > REQUEST_BYTES_MAX) {
    throw refusal(413, 'body_too_large', TOO_LARGE);
  }
}

/** A request that is on its way cannot be called back, so its answer is let go. */
function stopped(stop: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new LoadError({ kind: 'network' }));
    if (stop.aborted) {
      end();
    }
    stop.addEventListener('abort', end, { once: true });
  });
}

function failed(message: string): never {
  if (message.includes(NOT_VERIFIED)) {
    throw refusal(401, 'unauthenticated', null);
  }
  lostConnection();
}

function refusal(status: number, code: string, detail: string | null): LoadError {
  return new LoadError({ kind: 'refused', status, code, title: null, detail, requestId: null, retryAfterSeconds: null });
}

function locale(): Promise<string> | null {
  if (!bridge.hasBridge()) {
    return null;
  }
  const silence = new Promise<never>(() => undefined);
  return bridge.context().then(
    (context) => context.locale ?? silence,
    () => silence,
  );
}

function openReport(errorId: string | null, title: string): void {
  void bridge.openModal(REPORT_RESOURCE, title, { errorId }).catch(() => undefined);
}

function handedErrorId(take: (errorId: string) => void): void {
  if (bridge.hasBridge()) {
    void bridge.context().then(
      ({ handed }) => {
        if (typeof handed === 'object' && handed !== null && 'errorId' in handed && typeof handed.errorId === 'string') {
          take(handed.errorId);
        }
      },
      () => undefined,
    );
  }
}

let asked: Promise<string | null> | null = null;

/** Where the service stands, which it says itself: a page that Atlassian serves does not know. Asked again after a failure. */
function publicBase(): Promise<string | null> {
  asked ??= askPublicBase().catch(() => {
    asked = null;
    return null;
  });
  return asked;
}

async function askPublicBase(): Promise<string | null> {
  const outgoing = { method: 'GET', path: '/api/v1/session', headers: { Accept: 'application/json' } } as const;
  const session = (await (await send(outgoing, '', new AbortController().signal)).json()) as { readonly publicUrl?: unknown };
  return typeof session.publicUrl === 'string' ? session.publicUrl : null;
}
