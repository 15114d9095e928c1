import Checkbox from '@atlaskit/checkbox';
import Heading from '@atlaskit/heading';
import { Inline, Stack } from '@atlaskit/primitives/compiled';

import { formatBytes } from '../shared/format.ts';
import { className } from '../shared/names.ts';
import type { PreviewItem } from '../shared/items.ts';
import { canBeLeftOut } from './choice.ts';
import type { ChosenFile } from './draft.ts';
import { ItemContent } from './ItemContent.tsx';
import { itemWords, maskedSentence } from './words.ts';

interface ItemCardProps {
  readonly item: PreviewItem;
  readonly files: readonly ChosenFile[];
  readonly isSent: boolean;
  readonly onTurn: (isOn: boolean) => void;
}

/** One part of what would be sent, with its switch. */
export function ItemCard({ item, files, isSent, onTurn }: ItemCardProps) {
  const { title, about } = itemWords(item.name, files);
  const masked = maskedSentence(item.masked);
  return (
    <li className={isSent ? 'card' : 'card left-out'}>
      <Stack space="space.150">
        <Stack space="space.050">
          <Inline space="space.150" rowSpace="space.050" spread="space-between" alignBlock="baseline" shouldWrap>
            <Heading as="h3" size="xsmall">
              <span className="any-text">{title}</span>
            </Heading>
            <span className="subtle">
              {className(item.class).name} · {formatBytes(item.bytes)}
            </span>
          </Inline>
          {about !== null && <span className="subtle">{about}</span>}
          {masked !== null && <span>{masked}</span>}
          {!isSent && <span>This stays here: it is not sent.</span>}
        </Stack>
        {canBeLeftOut(item) && (
          <Checkbox
            isChecked={isSent}
            label={item.needsConsent ? 'I agree to send this' : 'Send this'}
            aria-label={`${item.needsConsent ? 'I agree to send this' : 'Send this'}: ${title}`}
            onChange={(event) => onTurn(event.currentTarget.checked)}
          />
        )}
        <ItemContent item={item} title={title} />
      </Stack>
    </li>
  );
}
