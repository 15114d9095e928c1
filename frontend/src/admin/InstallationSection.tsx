import Heading from '@atlaskit/heading';
import Lozenge from '@atlaskit/lozenge';
import { Stack } from '@atlaskit/primitives/compiled';

import { Moment } from '../shared/Moment.tsx';
import { productName } from '../shared/names.ts';
import type { Session } from '../shared/session.ts';
import { DeletionNotice } from './DeletionNotice.tsx';
import { stateView } from './stateView.ts';

interface InstallationSectionProps {
  readonly session: Session;
}

/** Which installation the page speaks about, and how it stands. */
export function InstallationSection({ session }: InstallationSectionProps) {
  const { label, appearance } = stateView(session.state, session.reason);
  return (
    <section aria-labelledby="installation">
      <Stack space="space.200">
        <Heading as="h2" size="medium" id="installation">
          Installation
        </Heading>
        {session.dueAt !== null && <DeletionNotice dueAt={session.dueAt} reason={session.reason} />}
        <dl className="facts">
          <div>
            <dt>Site</dt>
            <dd>{session.site}</dd>
          </div>
          <div>
            <dt>Product</dt>
            <dd>{productName(session.product)}</dd>
          </div>
          <div>
            <dt>State</dt>
            <dd>
              <Lozenge appearance={appearance}>{label}</Lozenge>
            </dd>
          </div>
          <div>
            <dt>Since</dt>
            <dd>
              <Moment at={session.since} />
            </dd>
          </div>
        </dl>
      </Stack>
    </section>
  );
}
