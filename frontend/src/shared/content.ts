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

/** What values are called, by the names that they have in the text. */
export type Names = Readonly<Record<string, string>>;

/** What values of the service's own are called, by what they are the value of. */
export interface Values {
  readonly isTrue: string;
  readonly isFalse: string;
  readonly words: Readonly<Record<string, Names>>;
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

/** What is in the content of an issue or page has the names that the product gave it. */
function labelOf(path: readonly string[], names: Names): string {
  const end = path.indexOf('content');
  return path.map((name, at) => (end >= 0 && at > end ? name : wordOf(name, names))).join(' › ');
}

function wordOf(name: string, names: Names): string {
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name;
}

type Plain = string | number | boolean;

interface Asked {
  readonly masked: readonly Masked[];
  readonly names: Names;
  readonly values: Values | null;
}

/** Where the content of an issue or page begins, everything is the product's, and stands as it is. */
function saidOf(value: Plain, path: readonly string[], values: Values | null): string {
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  if (values === null || path.includes('content') || path.includes('value')) {
    return written;
  }
  if (typeof value === 'boolean') {
    return value ? values.isTrue : values.isFalse;
  }
  const known = path.length === 1 ? values.words[path[0] ?? ''] : undefined;
  return known === undefined ? written : wordOf(written, known);
}

function leavesUnder(value: unknown, pointer: string, path: readonly string[], asked: Asked): readonly Leaf[] {
  const { masked, names, values } = asked;
  const label = labelOf(path, names);
  if (value === null || typeof value !== 'object') {
    const here = masked.filter(({ place }) => place === pointer);
    return [{ pointer, label, pieces: value === null ? [] : piecesOf(saidOf(value as Plain, path, values), here) }];
  }
  const inner = Object.entries(value);
  if (inner.length === 0) {
    return [{ pointer, label, pieces: [] }];
  }
  const named = (name: string) => (Array.isArray(value) ? `${Number(name) + 1}` : name);
  return inner.flatMap(([name, part]) => leavesUnder(part, pointer + step(name), [...path, named(name)], asked));
}

/** The values of an item, each with the way to it in these words. An item that is one text has one, without a label. */
export function leavesOf(item: PreviewItem, names: Names = {}, values: Values | null = null): readonly Leaf[] {
  const text = textOf(item);
  if (item.media !== 'application/json') {
    return [{ pointer: '', label: '', pieces: piecesOf(text, item.masked) }];
  }
  return leavesUnder(JSON.parse(text), '', [], { masked: item.masked, names, values });
}
