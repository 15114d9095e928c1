import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';

import type { Missing } from '../shared/reports.ts';
import { itemWords, whySentence } from './itemWords.ts';
import { useReportWords } from './words/words.ts';

interface MissingListProps {
  readonly missing: readonly Missing[];
}

/** What is not among the parts, and why. */
export function MissingList({ missing }: MissingListProps) {
  const words = useReportWords();
  if (missing.length === 0) {
    return null;
  }
  return (
    <Stack space="space.100">
      <Heading as="h3" size="xsmall">
        {words.preview.missing}
      </Heading>
      <ul className="missing">
        {missing.map(({ name, why }, at) => (
          <li key={`${at}-${name}`}>
            {itemWords(name, [], words).title}: <Why why={why} />
          </li>
        ))}
      </ul>
    </Stack>
  );
}

/** A reason that only a newer service knows stands there in its own words, which are English. */
function Why({ why }: { readonly why: string }) {
  const { sentence, isOurs } = whySentence(why, useReportWords());
  return isOurs ? <>{sentence}</> : <span lang="en">{sentence}</span>;
}
