import { queueWords } from '../words/queue.ts';
import { useWords } from '../words/language.ts';
import type { Listed } from './queue.ts';

/** What else matters before one opens it. */
export function QueueMarks({ item }: { readonly item: Listed }) {
  const words = useWords(queueWords);
  const marks = [
    item.isPrivacy ? words.privacy : null,
    item.isMerged ? words.merged : null,
    item.snoozedUntil !== null ? words.away : null,
    item.email === 'unconfirmed' ? words.unconfirmed : null,
    item.email === 'undeliverable' ? words.undeliverable : null,
    item.email === 'bounced' ? words.bounced : null,
  ].filter((mark) => mark !== null);
  return marks.length === 0 ? null : <span className="marks">{marks.join(' · ')}</span>;
}
