/**
 * What Forge puts on the window of a Custom UI page before its scripts run. The names are those that `@forge/bridge` 7.2.0
 * calls; that package is under terms of its own and brings far more than the five questions that are asked here.
 */
interface Bridge {
  callBridge(command: string, payload?: unknown): Promise<unknown>;
}

declare global {
  var __bridge: Bridge | undefined;
}

/** A request that Forge sends to the service, with its own tokens. */
export interface Invocation {
  readonly method: string;
  /** Under the base URL of the remote. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What came back: an answer of the service, or why Forge has none. */
export type Invoked =
  | { readonly status: number; readonly headers: Headers; readonly body: unknown }
  | { readonly status: null; readonly message: string };

/** What the pages ask of the context of a page. */
export interface ForgeContext {
  readonly locale: string | null;
  /** What the page that opened this one as a dialog handed over. */
  readonly handed: unknown;
}

export function hasBridge(): boolean {
  return globalThis.__bridge?.callBridge !== undefined;
}

function call(command: string, payload?: unknown): Promise<unknown> {
  return globalThis.__bridge?.callBridge(command, payload) ?? Promise.reject(new Error('no bridge'));
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Asks the service. What Forge itself says against it is told like any other outcome, thrown or not. */
export async function invokeRemote(invocation: Invocation): Promise<Invoked> {
  const told = call('invoke', { ...invocation, invokeType: 'ui-remote-fetch' });
  const { success, payload, error } = members(await told.catch((thrown: unknown) => ({ error: thrown })));
  const { status, headers, body, message } = members(success === true ? payload : error);
  if (typeof status !== 'number') {
    return { status: null, message: typeof message === 'string' ? message : '' };
  }
  return { status, headers: headersOf(headers), body };
}

/** Forge gives each header as a list. */
function headersOf(given: unknown): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(members(given))) {
    if (Array.isArray(value) || typeof value === 'string') {
      headers.set(name, String(value));
    }
  }
  return headers;
}

export async function context(): Promise<ForgeContext> {
  const { locale, extension } = members(await call('getContext'));
  return { locale: typeof locale === 'string' ? locale : null, handed: members(extension).modal };
}

/** From now on the product writes its theme on the root of the page. */
export async function enableTheming(): Promise<void> {
  await call('enableTheming');
}

export async function openBeside(address: string): Promise<void> {
  await call('navigate', { url: address, type: 'new-tab' });
}

/** Opens another resource of the app over the page. */
export async function openModal(resource: string, title: string, handed: unknown): Promise<void> {
  await call('openModal', {
    resource,
    title,
    context: handed,
    size: 'xlarge',
    icon: '',
    closeOnEscape: true,
    // A report that somebody has begun must not go because they clicked beside it.
    closeOnOverlayClick: false,
    onClose: () => undefined,
  });
}
