import type { Download } from './download.ts';

/** How long a browser may take to begin with saving. */
const KEPT_FOR_MILLISECONDS = 60_000;

/** Hands a file to the browser, which saves it or asks where to. */
export function saveFile({ name, content }: Download): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(link.href), KEPT_FOR_MILLISECONDS);
}
