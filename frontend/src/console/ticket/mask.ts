import { count, fields } from '../../shared/read.ts';
import type { Told, Wire } from '../../shared/wire.ts';
import { ask, segment } from '../api.ts';

/** The bounds of the service, told before anything is sent. */
const LEAST = 3;
const MOST = 500;

export type MaskedLater = Told<'MaskedLater'>;

export function isMaskable(text: string): boolean {
  const letters = [...text.replaceAll(/\s/g, '')].length;
  return letters >= LEAST && [...text].length <= MOST;
}

/** What is selected on the page, if it can be masked; a field of one line takes no line ends. */
export function selectedText(): string {
  const selected = (getSelection()?.toString() ?? '').replaceAll(/\s+/g, ' ').trim();
  return isMaskable(selected) ? selected : '';
}

export function readMasked(body: unknown): MaskedLater {
  const masked = fields<MaskedLater>(body);
  return { places: count(masked.places), pictures: count(masked.pictures) };
}

export function maskLater(number: string, wish: Wire<'MaskWish'>, stop: AbortSignal): Promise<MaskedLater> {
  const path = `/tickets/${segment(number)}/mask`;
  return ask({ method: 'POST', path, body: wish, withinMilliseconds: 120_000 }, readMasked, stop);
}
