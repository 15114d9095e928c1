import { count, fields, list, oneOf, text } from './read.ts';

const MEDIA = ['application/json', 'text/plain', 'image/png', 'image/jpeg'] as const;

/** One rule's work at one place of an item. */
export interface Masked {
  readonly rule: string;
  /** A JSON pointer to the text; empty where the item is one text. */
  readonly place: string;
  readonly count: number;
  /** Where the placeholders stand, in UTF-16 units. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** A part of a report, without its contents. */
export interface ManifestItem {
  readonly name: string;
  readonly class: string;
  readonly media: (typeof MEDIA)[number];
  readonly bytes: number;
  readonly sha256: string;
  readonly masked: readonly Masked[];
  readonly needsConsent: boolean;
}

/** With the exact bytes, in base64. */
export interface PreviewItem extends ManifestItem {
  readonly content: string;
}

function readRange(value: unknown): readonly [number, number] {
  const [start, end] = list(value);
  return [count(start), count(end)];
}

function readMasked(value: unknown): Masked {
  const masked = fields(value);
  return {
    rule: text(masked.rule),
    place: text(masked.place),
    count: count(masked.count),
    ranges: list(masked.ranges).map(readRange),
  };
}

export function readManifestItem(value: unknown): ManifestItem {
  const item = fields(value);
  return {
    name: text(item.name),
    class: text(item.class),
    media: oneOf(MEDIA)(item.media),
    bytes: count(item.bytes),
    sha256: text(item.sha256),
    masked: list(item.masked).map(readMasked),
    // What is not a clear "no" asks for consent.
    needsConsent: item.needsConsent !== false,
  };
}

export function readPreviewItem(value: unknown): PreviewItem {
  return { ...readManifestItem(value), content: text(fields(value).content) };
}
