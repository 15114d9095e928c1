import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';
import { type RefObject, useRef } from 'react';

import { Moment } from '../shared/Moment.tsx';
import { isSent, notAgreed } from './choice.ts';
import { ItemCard } from './ItemCard.tsx';
import { KnownProblem } from './KnownProblem.tsx';
import { MaskMore } from './MaskMore.tsx';
import { itemWords } from './itemWords.ts';
import { MissingList } from './MissingList.tsx';
import { TierField } from './TierField.tsx';
import type { ReportState } from './useReport.ts';
import { useReportWords } from './words/words.ts';

interface PreviewSectionProps {
  readonly state: ReportState;
  readonly seen: NonNullable<ReportState['seen']>;
  readonly section: RefObject<HTMLElement>;
}

/** Everything that would be sent, as it would be sent. */
export function PreviewSection({ state, seen, section }: PreviewSectionProps) {
  const all = useReportWords();
  const words = all.preview;
  const { isLooking, isStale, look, notFound, switches, turn } = state;
  const { preview, mask } = seen;
  const items = useRef<HTMLUListElement>(null);
  return (
    <section ref={section} aria-labelledby="preview" tabIndex={-1}>
      <Stack space="space.300">
        <Stack space="space.100">
          <Heading as="h2" size="medium" id="preview">
            {words.title}
          </Heading>
          <Text as="p" color="color.text.subtle">
            {words.until} <Moment at={preview.freshUntil} />.
          </Text>
        </Stack>
        <div role="status" className="slot">
          {isStale && (
            <SectionMessage appearance="warning">
              <p>{words.stale}</p>
            </SectionMessage>
          )}
        </div>
        {preview.knownProblem !== null && (
          <KnownProblem
            known={preview.knownProblem}
            isFollowing={state.contact.isFollowing}
            onFollow={(isFollowing) => state.editContact({ isFollowing })}
          />
        )}
        <TierField value={preview.tier} isDisabled={isLooking} onChange={(tier) => void look({ tier })} />
        <MaskMore
          within={items}
          mask={mask}
          notFound={notFound}
          isLooking={isLooking}
          onMask={(more) => void look({ mask: more })}
        />
        <ul ref={items} className="cards" aria-label={words.title}>
          {preview.items.map((item) => (
            <ItemCard
              key={item.name}
              item={item}
              files={seen.draft.files}
              isSent={isSent(item, switches)}
              onTurn={(isOn) => turn(item.name, isOn)}
            />
          ))}
        </ul>
        <MissingList
          missing={preview.missing}
          unsent={notAgreed(preview.items, switches).map(({ name }) => itemWords(name, seen.draft.files, all).title)}
        />
      </Stack>
    </section>
  );
}
