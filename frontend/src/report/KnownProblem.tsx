import Checkbox from '@atlaskit/checkbox';
import { Stack } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';

import { Moment } from '../shared/Moment.tsx';
import type { KnownProblem as Known } from '../shared/reports.ts';
import { useReportWords } from './words/words.ts';

interface KnownProblemProps {
  readonly known: Known;
  readonly isFollowing: boolean;
  readonly onFollow: (isFollowing: boolean) => void;
}

/** Somebody of this site has reported the same error, and something is known of it: whoever reads that may need no report. */
export function KnownProblem({ known, isFollowing, onFollow }: KnownProblemProps) {
  const { known: words } = useReportWords();
  return (
    <SectionMessage appearance="information" title={words.title}>
      <Stack space="space.100">
        <p>{known.text}</p>
        <p>
          {words.since} <Moment at={known.since} />. {words.about}
        </p>
        <Checkbox isChecked={isFollowing} label={words.follow} onChange={(event) => onFollow(event.currentTarget.checked)} />
      </Stack>
    </SectionMessage>
  );
}
