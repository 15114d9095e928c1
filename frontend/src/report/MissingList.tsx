import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';

import type { Missing } from '../shared/reports.ts';
import { itemWords, whySentence } from './itemWords.ts';
import { useReportWords } from './words/words.ts';

interface MissingListProps {
  readonly missing: readonly Missing[];
  /** By their titles: what does not go because nobody has agreed to it. */
  readonly unsent: readonly string[];
}

/** What is not among the parts, and why. */
export function MissingList({ missing, unsent }: MissingListProps) {
  const words = useReportWords();
  if (missing.length + unsent.length === 0) {
    return null;
  }
  return (
    <Stack space="space.100">
      <Heading as="h3" size="xsmall">
        {words.preview.missing}
      </Heading>
      <ul className="missing">
        {unsent.map((title, at) => (
          <li key={`${at} ${title}`}>
            <span className="any-text">{title}</span>: {words.preview.notAgreed}
          </li>
        ))}
        {missing.map((part, at) => (
          <li key={`${at}-${part.name}`}>
            {itemWords(part.name, [], words).title}: <Why part={part} />
          </li>
        ))}
      </ul>
    </Stack>
  );
}

/** A reason that only a newer service knows stands there in its own words, which are English. */
function Why({ part }: { readonly part: Missing }) {
  const { sentence, isOurs } = whySentence(part, useReportWords());
  return isOurs ? <>{sentence}</> : <span lang="en">{sentence}</span>;
}
