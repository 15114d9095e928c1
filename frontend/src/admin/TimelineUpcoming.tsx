import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { Moment } from '../shared/Moment.tsx';
import type { Upcoming } from '../shared/timeline.ts';
import { upcomingWords } from './timelineWords.ts';
import { useAdminWords } from './words/words.ts';

interface TimelineUpcomingProps {
  readonly upcoming: readonly Upcoming[];
}

export function TimelineUpcoming({ upcoming }: TimelineUpcomingProps) {
  const { timeline: words } = useAdminWords();
  return (
    <Stack space="space.100">
      <Heading as="h3" size="xsmall" id="timeline-upcoming">
        {words.upcoming}
      </Heading>
      {upcoming.length === 0 ? (
        <Text as="p">{words.noDate}</Text>
      ) : (
        <ol className="timeline" aria-labelledby="timeline-upcoming">
          {upcoming.map(({ at, kind }) => (
            <li key={`${at} ${kind}`}>
              <span className="subtle">
                <Moment at={at} />
              </span>
              <span className="any-text">{upcomingWords(kind, words)}</span>
            </li>
          ))}
        </ol>
      )}
    </Stack>
  );
}
