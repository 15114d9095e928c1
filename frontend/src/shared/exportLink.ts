import { ask } from './client.ts';
import { fields, text } from './read.ts';

export function readExportLink(body: unknown): string {
  return text(fields(body).url);
}

/** Asks for an address that hands out everything that is stored, once. */
export function askForExportLink(token: string, stop: AbortSignal): Promise<string> {
  return ask({ method: 'POST', path: '/api/v1/data/export/link' }, token, readExportLink, stop);
}
