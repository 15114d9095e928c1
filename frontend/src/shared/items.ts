import { count, fields, list, moment, oneOf, orNull, text } from './read.ts';
import type { Told, Wire } from './wire.ts';

const MEDIA = ['application/json', 'text/plain', 'image/png', 'image/jpeg'] as const satisfies readonly Wire<'Media'>[];

/** One rule's work at one place of an item. */
export type Masked = Told<'Masked'>;

/** A part of a report, without its contents. */
export type ManifestItem = Omit<Told<'ManifestItem'>, 'maskedLaterAt'> & {
  readonly media: Wire<'Media'>;
  /** When staff masked something in it after it was sent. */
  readonly maskedLaterAt: string | null;
};

/** With the exact bytes, in base64. */
export interface PreviewItem extends ManifestItem {
  readonly content: string;
}

function readRange(value: unknown): readonly [number, number] {
  const [start, end] = list(value);
  return [count(start), count(end)];
}

function readMasked(value: unknown): Masked {
  const masked = fields<Masked>(value);
  return {
    rule: text(masked.rule),
    place: text(masked.place),
    count: count(masked.count),
    ranges: list(masked.ranges).map(readRange),
  };
}

export function readManifestItem(value: unknown): ManifestItem {
  const item = fields<ManifestItem>(value);
  return {
    name: text(item.name),
    class: text(item.class),
    media: oneOf(MEDIA)(item.media),
    bytes: count(item.bytes),
    sha256: text(item.sha256),
    masked: list(item.masked).map(readMasked),
    // What is not a clear "no" asks for consent.
    needsConsent: item.needsConsent !== false,
    maskedLaterAt: orNull(item.maskedLaterAt, moment),
  };
}

export function readPreviewItem(value: unknown): PreviewItem {
  return { ...readManifestItem(value), content: text(fields<PreviewItem>(value).content) };
}
