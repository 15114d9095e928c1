import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { Moment } from '../shared/Moment.tsx';
import type { Upcoming } from '../shared/timeline.ts';
import { upcomingWords } from './timelineWords.ts';

interface TimelineLeavingProps {
  readonly dates: readonly Upcoming[];
}

/** The dates of leaving, as they would be today. They are the service's own, computed as they would be in earnest. */
export function TimelineLeaving({ dates }: TimelineLeavingProps) {
  return (
    <Stack space="space.100">
      <Heading as="h3" size="xsmall" id="timeline-leaving">
        If you uninstalled the app now
      </Heading>
      <Text as="p" color="color.text.subtle">
        Installing it again before the deletion brings everything back.
      </Text>
      <ol className="timeline" aria-labelledby="timeline-leaving">
        {dates.map(({ at, kind }) => (
          <li key={kind}>
            <span className="subtle">
              <Moment at={at} />
            </span>
            <span className="any-text">{upcomingWords(kind)}</span>
          </li>
        ))}
      </ol>
    </Stack>
  );
}
