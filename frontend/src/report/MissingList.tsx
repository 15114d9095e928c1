import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';

import type { Missing } from '../shared/reports.ts';
import { itemWords, whySentence } from './words.ts';

interface MissingListProps {
  readonly missing: readonly Missing[];
}

/** What is not among the parts, and why. */
export function MissingList({ missing }: MissingListProps) {
  if (missing.length === 0) {
    return null;
  }
  return (
    <Stack space="space.100">
      <Heading as="h3" size="xsmall">
        Not included
      </Heading>
      <ul className="missing">
        {missing.map(({ name, why }, at) => (
          <li key={`${at}-${name}`}>
            {itemWords(name, []).title}: {whySentence(why)}
          </li>
        ))}
      </ul>
    </Stack>
  );
}
