import { base64Of } from '../shared/content.ts';
import type { ChosenFile } from './draft.ts';

/** Reads a file into memory. It is sent nowhere yet. */
export async function readChosen(file: File): Promise<ChosenFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { name: file.name, bytes: bytes.length, base64: base64Of(bytes) };
}
