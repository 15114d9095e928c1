import type { ChosenFile } from './draft.ts';

/** Bytes that are turned into letters at once: more would not fit on the stack. */
const STRETCH = 32_768;

export function base64Of(bytes: Uint8Array): string {
  let letters = '';
  for (let at = 0; at < bytes.length; at += STRETCH) {
    letters += String.fromCharCode(...bytes.subarray(at, at + STRETCH));
  }
  return btoa(letters);
}

/** Reads a file into memory. It is sent nowhere yet. */
export async function readChosen(file: File): Promise<ChosenFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { name: file.name, bytes: bytes.length, base64: base64Of(bytes) };
}
