import { Stack, Text } from '@atlaskit/primitives/compiled';

import type { ErasurePreview } from '../shared/erasure.ts';
import { Moment } from '../shared/Moment.tsx';
import { className } from '../shared/names.ts';
import { useSharedWords } from '../shared/speech.ts';
import { useAdminWords } from './words/words.ts';

interface ErasurePreviewViewProps {
  readonly preview: ErasurePreview;
}

/** What would be deleted, and when that becomes final. */
export function ErasurePreviewView({ preview }: ErasurePreviewViewProps) {
  const { counts, erasure: words } = useAdminWords();
  const shared = useSharedWords();
  return (
    <Stack space="space.200">
      <Text as="p">{words.goes}</Text>
      <dl className="facts">
        {preview.classes.map((entry) => (
          <div key={entry.class}>
            <dt>{className(entry.class, shared).name}</dt>
            <dd>{counts.records(entry.records)}</dd>
          </div>
        ))}
      </dl>
      <Text as="p">
        {words.final}{' '}
        <Text weight="bold">
          <Moment at={preview.dueAt} />
        </Text>
        . {words.untilThen}
      </Text>
    </Stack>
  );
}
