import { wordFor } from '../../shared/catalogue.ts';
import type { bundleWords } from '../words/bundle.ts';
import { attachmentNumber, replyFileNumber } from './steps.ts';

/** An item or a consent in words. */
export function itemName(name: string, { items }: (typeof bundleWords)['en']): string {
  const number = attachmentNumber(name);
  if (number !== null) {
    return items.attachment(number);
  }
  const replied = replyFileNumber(name);
  if (replied !== null) {
    return items.replyFile(replied);
  }
  const { attachment: _, replyFile: __, ...plain } = items;
  return wordFor(plain, name);
}
