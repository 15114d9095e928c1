import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The machine's own Chromium: no browser is downloaded. */
export function chromium(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = [
    ...(process.env['KEPT_CHROMIUM'] === undefined ? [] : [process.env['KEPT_CHROMIUM']]),
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
  ].find(isProgram);
  if (found === undefined) {
    throw new Error('No Chromium is installed. Install the package chromium, or name a program in KEPT_CHROMIUM.');
  }
  return found;
}
