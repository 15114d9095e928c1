import { ask } from './client.ts';
import { count, fields, text } from './read.ts';
import type { Told, Wire } from './wire.ts';

/** A text as it would leave, and how many places of it are masked. */
export type MaskTest = Told<'MaskTestResult'>;

export function readMaskTest(body: unknown): MaskTest {
  const shown = fields<MaskTest>(body);
  return { text: text(shown.text), masked: count(shown.masked) };
}

export function testMask(tried: string, terms: readonly string[], token: string, stop: AbortSignal): Promise<MaskTest> {
  return ask({ method: 'POST', path: '/api/v1/settings/mask', body: { text: tried, terms } satisfies Wire<'MaskTest'> }, token, readMaskTest, stop);
}
