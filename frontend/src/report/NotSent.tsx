import { bringTo } from '../shared/bringTo.ts';
import type { PreviewItem } from '../shared/items.ts';
import { cardId } from './ItemCard.tsx';
import { itemWords } from './itemWords.ts';
import type { ReportState } from './useReport.ts';
import { notAgreed } from './choice.ts';
import { useReportWords } from './words/words.ts';

interface NotSentProps {
  readonly seen: NonNullable<ReportState['seen']>;
  readonly switches: ReportState['switches'];
}

/** Says beside the button what does not go because nobody has agreed to it, and leads to it. */
export function NotSent({ seen, switches }: NotSentProps) {
  const words = useReportWords();
  const unsent = notAgreed(seen.preview.items, switches);
  return (
    <div role="status" className="slot">
      {unsent.map((item) => (
        <p key={item.name} className="not-sent">
          {words.send.notSent(itemWords(item.name, seen.draft.files, words).title)} <ToCard item={item} />
        </p>
      ))}
    </div>
  );
}

function ToCard({ item }: { readonly item: PreviewItem }) {
  const { send: words } = useReportWords();
  const id = cardId(item.name);
  return (
    <a
      href={`#${id}`}
      onClick={(event) => {
        event.preventDefault();
        bringTo(document.getElementById(id));
      }}
    >
      {words.toIt}
    </a>
  );
}
