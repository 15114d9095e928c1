import Heading from '@atlaskit/heading';
import Lozenge from '@atlaskit/lozenge';
import { Stack } from '@atlaskit/primitives/compiled';

import { Moment } from '../shared/Moment.tsx';
import { productName } from '../shared/names.ts';
import type { Session } from '../shared/session.ts';
import { useSharedWords, useSpeech } from '../shared/speech.ts';
import { DeletionNotice } from './DeletionNotice.tsx';
import { ASKED, stateView } from './stateView.ts';
import { useAdminWords } from './words/words.ts';

interface InstallationSectionProps {
  readonly session: Session;
  readonly isAdmin: boolean;
}

/** Which installation the page speaks about, and how it stands. */
export function InstallationSection({ session, isAdmin }: InstallationSectionProps) {
  const { installation: words } = useAdminWords();
  const shared = useSharedWords();
  const { language } = useSpeech();
  const { label, appearance } = stateView(session.state, session.reason, words);
  return (
    <section aria-labelledby="installation">
      <Stack space="space.200">
        <Heading as="h2" size="medium" id="installation">
          {words.title}
        </Heading>
        {session.dueAt !== null && (
          <DeletionNotice
            dueAt={session.dueAt}
            reason={session.reason}
            canUndo={isAdmin && session.reason === ASKED}
          />
        )}
        <dl className="facts">
          <div>
            <dt>{words.site}</dt>
            <dd>{session.site}</dd>
          </div>
          <div>
            <dt>{words.product}</dt>
            <dd>{productName(session.product, shared)}</dd>
          </div>
          <div>
            <dt>{words.state}</dt>
            <dd>
              <Lozenge appearance={appearance}>{label}</Lozenge>
            </dd>
          </div>
          <div>
            <dt>{words.since}</dt>
            <dd>
              <Moment at={session.since} />
            </dd>
          </div>
          <div>
            <dt>{words.location}</dt>
            <dd>{session.location[language]}</dd>
          </div>
        </dl>
      </Stack>
    </section>
  );
}
