import { afterEach, vi } from 'vitest';

import type { DialogOptions } from '../shared/host/ap.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(window, 'AP');
});

/** Puts in the place of Atlassian's all.js what hands out a token, and returns the dialogs that it was asked to open. */
export function standInProduct(): readonly DialogOptions[] {
  const dialogs: DialogOptions[] = [];
  Reflect.set(window, 'AP', {
    context: { getToken: (take: (token: string) => void) => take('a token') },
    dialog: { create: (options: DialogOptions) => void dialogs.push(options) },
  });
  return dialogs;
}

/** What the pages ask the service is answered by this. */
export function answerWith(answer: (path: string, body: string) => Response): void {
  vi.stubGlobal('fetch', (path: string, { body }: { readonly body: string | null }) => Promise.resolve(answer(path, body ?? '')));
}

export function problem(status: number, code: string): Response {
  const body = { code, title: 'A sentence of the service.', requestId: 'abc123' };
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json' } });
}
