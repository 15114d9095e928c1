import { wordFor } from '../../shared/catalogue.ts';
import type { ticketWords } from '../words/ticket.ts';
import { attachmentNumber } from './steps.ts';

/** An item or a consent in words. */
export function itemName(name: string, { items }: (typeof ticketWords)['en']): string {
  const number = attachmentNumber(name);
  if (number !== null) {
    return items.attachment(number);
  }
  const { attachment: _, ...plain } = items;
  return wordFor(plain, name);
}
