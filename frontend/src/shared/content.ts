import type { Masked, PreviewItem } from './items.ts';

/** A piece of text, and whether it stands in the place of something that was masked. */
export interface Piece {
  readonly text: string;
  readonly isMasked: boolean;
}

/** One value of an item, with the way to it. */
export interface Leaf {
  readonly pointer: string;
  readonly label: string;
  /** None where there is nothing. */
  readonly pieces: readonly Piece[];
}

/** More than this many values are not drawn one by one; the exact text has them all. */
export const LEAVES_MAX = 400;

/** Bytes that are turned into letters at once: more would not fit on the stack. */
const STRETCH = 32_768;

export function base64Of(bytes: Uint8Array): string {
  let letters = '';
  for (let at = 0; at < bytes.length; at += STRETCH) {
    letters += String.fromCharCode(...bytes.subarray(at, at + STRETCH));
  }
  return btoa(letters);
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

export function textOf(item: PreviewItem): string {
  return new TextDecoder().decode(bytesOf(item.content));
}

/** A text cut where placeholders begin and end. */
export function piecesOf(text: string, masked: readonly Masked[]): readonly Piece[] {
  const ranges = masked.flatMap(({ ranges }) => ranges).toSorted(([one], [other]) => one - other);
  const pieces: Piece[] = [];
  let at = 0;
  for (const [start, end] of ranges) {
    if (start < at || end > text.length) {
      continue;
    }
    pieces.push({ text: text.slice(at, start), isMasked: false }, { text: text.slice(start, end), isMasked: true });
    at = end;
  }
  return [...pieces, { text: text.slice(at), isMasked: false }].filter(({ text }) => text !== '');
}

/** A step of a JSON pointer (RFC 6901). */
function step(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function leavesUnder(value: unknown, pointer: string, path: readonly string[], masked: readonly Masked[]): readonly Leaf[] {
  const label = path.join(' › ');
  if (value === null || typeof value !== 'object') {
    const here = masked.filter(({ place }) => place === pointer);
    return [{ pointer, label, pieces: value === null ? [] : piecesOf(typeof value === 'string' ? value : JSON.stringify(value), here) }];
  }
  const inner = Object.entries(value);
  if (inner.length === 0) {
    return [{ pointer, label, pieces: [] }];
  }
  const named = (name: string) => (Array.isArray(value) ? `${Number(name) + 1}` : name);
  return inner.flatMap(([name, part]) => leavesUnder(part, pointer + step(name), [...path, named(name)], masked));
}

/** The values of an item, each with the way to it. An item that is one text has one, without a label. */
export function leavesOf(item: PreviewItem): readonly Leaf[] {
  const text = textOf(item);
  if (item.media !== 'application/json') {
    return [{ pointer: '', label: '', pieces: piecesOf(text, item.masked) }];
  }
  return leavesUnder(JSON.parse(text), '', [], item.masked);
}
