import Checkbox from '@atlaskit/checkbox';
import Heading from '@atlaskit/heading';
import { Inline, Stack } from '@atlaskit/primitives/compiled';

import { className } from '../shared/names.ts';
import type { PreviewItem } from '../shared/items.ts';
import { useFormat, useSharedWords } from '../shared/speech.ts';
import { canBeLeftOut } from './choice.ts';
import type { ChosenFile } from './draft.ts';
import { ItemContent } from './ItemContent.tsx';
import { itemWords, maskedSentence } from './itemWords.ts';
import { useReportWords } from './words/words.ts';

interface ItemCardProps {
  readonly item: PreviewItem;
  readonly files: readonly ChosenFile[];
  readonly isSent: boolean;
  readonly onTurn: (isOn: boolean) => void;
}

/** Where a part stands, for links to it. */
export function cardId(name: string): string {
  return `part-${name}`;
}

/** One part of what would be sent, with its switch. */
export function ItemCard({ item, files, isSent, onTurn }: ItemCardProps) {
  const words = useReportWords();
  const { preview } = words;
  const shared = useSharedWords();
  const format = useFormat();
  const { title, about } = itemWords(item.name, files, words);
  // What the user wrote or has to agree to is before their eyes.
  const isOpen = !canBeLeftOut(item) || item.needsConsent;
  const masked = maskedSentence(item.masked, words);
  return (
    <li id={cardId(item.name)} className={isSent ? 'card' : 'card left-out'} tabIndex={-1}>
      <Stack space="space.150">
        <Stack space="space.050">
          <Inline space="space.150" rowSpace="space.050" spread="space-between" alignBlock="baseline" shouldWrap>
            <Heading as="h3" size="xsmall">
              <span className="any-text">{title}</span>
            </Heading>
            <span className="subtle">
              {className(item.class, shared).name} · {format.bytes(item.bytes)}
            </span>
          </Inline>
          {about !== null && <span className="subtle">{about}</span>}
          {masked !== null && <span>{masked}</span>}
          {!isSent && <span>{preview.staysHere}</span>}
        </Stack>
        {canBeLeftOut(item) && (
          <Checkbox
            isChecked={isSent}
            label={item.needsConsent ? preview.agree : preview.send}
            aria-label={item.needsConsent ? preview.agreeTo(title) : preview.sendOf(title)}
            onChange={(event) => onTurn(event.currentTarget.checked)}
          />
        )}
        {isOpen ? (
          <ItemContent item={item} title={title} />
        ) : (
          <details className="exact">
            <summary>{preview.look}</summary>
            <div className="folded">
              <ItemContent item={item} title={title} />
            </div>
          </details>
        )}
      </Stack>
    </li>
  );
}
