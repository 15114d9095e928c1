import type { PreviewItem } from '../shared/items.ts';
import { type Leaf, LEAVES_MAX, leavesOf, type Piece, textOf } from '../shared/content.ts';
import { fieldNames } from '../shared/words/fieldNames.ts';
import { valueNames } from '../shared/words/valueNames.ts';
import { useSpeech } from '../shared/speech.ts';
import { useReportWords } from './words/words.ts';

interface ItemContentProps {
  readonly item: PreviewItem;
  readonly title: string;
}

/** What is in an item: a picture, or its values with what was masked marked in them, and the exact text. */
export function ItemContent({ item, title }: ItemContentProps) {
  const { preview: words } = useReportWords();
  const { language } = useSpeech();
  if (item.media === 'image/png' || item.media === 'image/jpeg') {
    return <img className="picture" src={`data:${item.media};base64,${item.content}`} alt={words.picture(title)} />;
  }
  const leaves = leavesOf(item, fieldNames[language], valueNames[language]);
  return (
    <>
      {/* It scrolls, so the keyboard has to reach it. */}
      <div className="content" role="group" aria-label={words.content(title)} tabIndex={0}>
        {leaves.slice(0, LEAVES_MAX).map((leaf) => (
          <LeafLine key={leaf.pointer} leaf={leaf} />
        ))}
        {leaves.length > LEAVES_MAX && <p>{words.more(leaves.length - LEAVES_MAX)}</p>}
      </div>
      <details className="exact">
        <summary>{words.exact}</summary>
        <pre>{textOf(item)}</pre>
        <p className="subtle">
          {words.hash} <code className="request-id">{item.sha256}</code>
        </p>
      </details>
    </>
  );
}

interface LeafLineProps {
  readonly leaf: Leaf;
}

function LeafLine({ leaf }: LeafLineProps) {
  const { preview: words } = useReportWords();
  return (
    <div className={leaf.label === '' ? 'leaf-alone' : 'leaf'}>
      {leaf.label !== '' && <span className="subtle any-text">{leaf.label}</span>}
      <span className="leaf-text">
        {leaf.pieces.length === 0 && <span className="subtle">{words.nothing}</span>}
        {leaf.pieces.map((piece, at) => (
          <PieceText key={at} piece={piece} />
        ))}
      </span>
    </div>
  );
}

function PieceText({ piece }: { readonly piece: Piece }) {
  return piece.isMasked ? <mark className="masked">{piece.text}</mark> : <>{piece.text}</>;
}
