import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { Moment } from '../shared/Moment.tsx';
import type { Upcoming } from '../shared/timeline.ts';
import { upcomingWords } from './timelineWords.ts';
import { useAdminWords } from './words/words.ts';

interface TimelineLeavingProps {
  readonly dates: readonly Upcoming[];
}

/** The dates of leaving, as they would be today. They are the service's own, computed as they would be in earnest. */
export function TimelineLeaving({ dates }: TimelineLeavingProps) {
  const { timeline: words } = useAdminWords();
  return (
    <Stack space="space.100">
      <Heading as="h3" size="xsmall" id="timeline-leaving">
        {words.leaving}
      </Heading>
      <Text as="p" color="color.text.subtle">
        {words.leavingAbout}
      </Text>
      <ol className="timeline" aria-labelledby="timeline-leaving">
        {dates.map(({ at, kind }) => (
          <li key={kind}>
            <span className="subtle">
              <Moment at={at} />
            </span>
            <span className="any-text">{upcomingWords(kind, words)}</span>
          </li>
        ))}
      </ol>
    </Stack>
  );
}
