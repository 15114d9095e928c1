import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import { Moment } from '../shared/Moment.tsx';
import { ShowMore } from '../shared/ShowMore.tsx';
import type { TimelineEvent, TimelinePage } from '../shared/timeline.ts';
import type { Pages } from '../shared/usePages.ts';
import { shownSentence } from './countWords.ts';
import { eventWords } from './timelineWords.ts';
import { useAdminWords } from './words/words.ts';

interface TimelinePastProps {
  readonly pages: Pages<TimelinePage>;
}

export function TimelinePast({ pages }: TimelinePastProps) {
  const { counts, timeline: words } = useAdminWords();
  const events = pages.parts.flatMap((part) => part.items);
  const hasMore = pages.parts.at(-1)?.next !== null;
  return (
    <Stack space="space.100">
      <Heading as="h3" size="xsmall" id="timeline-past">
        {words.past}
      </Heading>
      {events.length === 0 && <Text as="p">{words.nothing}</Text>}
      <ol className="timeline" aria-labelledby="timeline-past">
        {events.map((event) => (
          <TimelineEntry key={event.id} event={event} />
        ))}
      </ol>
      {pages.failure !== null && <ActionFailure failure={pages.failure} headingLevel="h4" />}
      {(events.length > 0 || hasMore) && (
        <ShowMore pages={pages} shown={shownSentence(counts.events(events.length), hasMore, counts)} />
      )}
    </Stack>
  );
}

interface TimelineEntryProps {
  readonly event: TimelineEvent;
}

function TimelineEntry({ event }: TimelineEntryProps) {
  const { timeline: words } = useAdminWords();
  const { what, more } = eventWords(event.kind, event.detail, words);
  return (
    <li>
      <span className="subtle">
        <Moment at={event.at} />
      </span>
      <span className="any-text">
        {what}
        {more !== null && <span className="subtle">{` – ${more}`}</span>}
      </span>
    </li>
  );
}
