import { serviceBase, underBase } from '../base.ts';
import { LoadError, lostConnection } from '../failure.ts';
import { atlassianHost } from './ap.ts';
import type { Host, Outgoing, ReportDialog } from './contract.ts';
import { fitFrame } from './frame.ts';
import { holdBackThemes } from './heldThemes.ts';

const ANSWER_WITHIN_MILLISECONDS = 10_000;

/** The page for reports, as the descriptor names it. */
const REPORT_MODULE = 'kept-report';

/** A page in a frame of a Connect app: it comes from the service, asks it directly, and knows the product by all.js. */
export const host: Host = {
  token: contextToken,
  send,
  locale,
  followTheme: () => {
    holdBackThemes();
    atlassianHost()?.theming?.initializeTheming();
  },
  fit: fitFrame,
  dialog: () => (atlassianHost()?.dialog?.create === undefined ? null : DIALOG),
  handedErrorId,
  publicAddress: (path) => underBase(serviceBase(), path),
  filesBytesMax: null,
};

/** The product makes and signs it. */
function contextToken(): Promise<string> {
  return new Promise((resolve, reject) => {
    const context = atlassianHost()?.context;
    if (!context) {
      reject(new LoadError({ kind: 'no-host' }));
      return;
    }
    // The product does not report that it cannot answer; it is just silent.
    const timer = window.setTimeout(() => reject(new LoadError({ kind: 'no-host' })), ANSWER_WITHIN_MILLISECONDS);
    context.getToken((token) => {
      window.clearTimeout(timer);
      resolve(token);
    });
  });
}

function send({ method, path, headers, body }: Outgoing, token: string, stop: AbortSignal): Promise<Response> {
  return fetch(underBase(serviceBase(), path), {
    method,
    headers: { ...headers, Authorization: `JWT ${token}` },
    body: body === undefined ? null : JSON.stringify(body),
    cache: 'no-store',
    credentials: 'omit',
    signal: stop,
  }).catch(lostConnection);
}

/** Silent in products that do not know the question. */
function locale(): Promise<string> | null {
  const user = atlassianHost()?.user;
  if (user?.getLocale === undefined) {
    return null;
  }
  return new Promise((resolve) => {
    user.getLocale?.((chosen) => {
      if (typeof chosen === 'string') {
        resolve(chosen);
      }
    });
  });
}

const DIALOG: ReportDialog = {
  open: (errorId, title) =>
    atlassianHost()?.dialog?.create({
      key: REPORT_MODULE,
      size: 'x-large',
      chrome: true,
      header: title,
      customData: { errorId },
    }),
};

function handedErrorId(take: (errorId: string) => void): void {
  atlassianHost()?.dialog?.getCustomData?.((data) => {
    if (typeof data === 'object' && data !== null && 'errorId' in data && typeof data.errorId === 'string') {
      take(data.errorId);
    }
  });
}
