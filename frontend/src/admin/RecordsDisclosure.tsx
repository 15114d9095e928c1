import Button from '@atlaskit/button/default/button';
import { Stack } from '@atlaskit/primitives/compiled';
import { useId, useState } from 'react';

import type { ClassSummary } from '../shared/summary.ts';
import { ClassFilter } from './ClassFilter.tsx';
import { Records } from './Records.tsx';
import { useAdminWords } from './words/words.ts';

interface RecordsDisclosureProps {
  readonly classes: readonly ClassSummary[];
  readonly dueAt: string | null;
  readonly run: number;
}

/** The single records, which are only loaded for those who want to see them. */
export function RecordsDisclosure({ classes, dueAt, run }: RecordsDisclosureProps) {
  const { records: words } = useAdminWords();
  const [isOpen, setIsOpen] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const id = useId();
  return (
    <Stack space="space.200">
      <div>
        <Button aria-expanded={isOpen} aria-controls={id} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? words.hide : words.show}
        </Button>
      </div>
      <div id={id} hidden={!isOpen}>
        {isOpen && (
          <Stack space="space.200">
            <ClassFilter classes={classes} value={chosen} onChange={setChosen} />
            <Records key={chosen} dataClass={chosen} dueAt={dueAt} run={run} />
          </Stack>
        )}
      </div>
    </Stack>
  );
}
