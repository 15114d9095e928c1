import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';

import { FailurePanel } from '../shared/FailurePanel.tsx';
import { Loading } from '../shared/Loading.tsx';
import { StaleNotice } from '../shared/StaleNotice.tsx';
import { loadTimeline } from '../shared/timeline.ts';
import { usePages } from '../shared/usePages.ts';
import { TimelineLeaving } from './TimelineLeaving.tsx';
import { TimelinePast } from './TimelinePast.tsx';
import { TimelineUpcoming } from './TimelineUpcoming.tsx';
import { useAdminWords } from './words/words.ts';

interface TimelineSectionProps {
  /** Another number loads the timeline anew. */
  readonly run: number;
  /** Whether everything goes early: uninstalling would change nothing then. */
  readonly isAsked: boolean;
}

/** What happened to the installation and its data, and what is going to. */
export function TimelineSection({ run, isAsked }: TimelineSectionProps) {
  const { timeline: words } = useAdminWords();
  const pages = usePages(loadTimeline, run);
  const [first] = pages.parts;
  return (
    <section aria-labelledby="timeline" tabIndex={-1}>
      <Stack space="space.200">
        <Heading as="h2" size="medium" id="timeline">
          {words.title}
        </Heading>
        {first !== undefined && (
          <>
            {pages.arrival !== null && (
              <StaleNotice of={pages.arrival} isRetrying={pages.isLoading} onRetry={pages.restart} headingLevel="h3" />
            )}
            <TimelineUpcoming upcoming={first.upcoming} />
            {!isAsked && <TimelineLeaving dates={first.ifUninstalled} />}
            <TimelinePast pages={pages} />
          </>
        )}
        {first === undefined && pages.failure === null && <Loading what={words.what} />}
        {first === undefined && pages.failure !== null && (
          <FailurePanel failure={pages.failure} isRetrying={pages.isLoading} onRetry={pages.restart} headingLevel="h3" />
        )}
      </Stack>
    </section>
  );
}
