import { lostConnection } from '../../shared/failure.ts';
import type { Download } from '../../shared/download.ts';
import { fileNameOf } from '../../shared/fileName.ts';
import { refuse } from '../../shared/read.ts';
import { segment, send } from '../api.ts';
import type { Wire } from '../../shared/wire.ts';

const MEDIA_TYPE = 'application/zip';

/** Takes a bundle out, whole or not at all. */
export async function downloadBundle(number: string, reason: string, stop: AbortSignal): Promise<Download> {
  const path = `/tickets/${segment(number)}/downloads`;
  const response = await send({ method: 'POST', path, body: { reason } satisfies Wire<'DownloadReason'>, withinMilliseconds: 120_000 }, stop);
  if (!response.headers.get('Content-Type')?.startsWith(MEDIA_TYPE)) {
    refuse();
  }
  const bytes = await response.arrayBuffer().catch(lostConnection);
  const name = fileNameOf(response.headers.get('Content-Disposition')) ?? `${number}.zip`;
  return { name, content: new Blob([bytes], { type: MEDIA_TYPE }) };
}
