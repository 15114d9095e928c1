import { Stack, Text } from '@atlaskit/primitives/compiled';

import type { ErasurePreview } from '../shared/erasure.ts';
import { Moment } from '../shared/Moment.tsx';
import { className } from '../shared/names.ts';
import { recordsSentence } from './countWords.ts';

interface ErasurePreviewViewProps {
  readonly preview: ErasurePreview;
}

/** What would be deleted, and when that becomes final. */
export function ErasurePreviewView({ preview }: ErasurePreviewViewProps) {
  return (
    <Stack space="space.200">
      <Text as="p">This goes, for everybody on the site:</Text>
      <dl className="facts">
        {preview.classes.map((entry) => (
          <div key={entry.class}>
            <dt>{className(entry.class).name}</dt>
            <dd>{recordsSentence(entry.records)}</dd>
          </div>
        ))}
      </dl>
      <Text as="p">
        It becomes final on{' '}
        <Text weight="bold">
          <Moment at={preview.dueAt} />
        </Text>
        . Until then you can undo it on this page. After that nobody can bring the data back.
      </Text>
    </Stack>
  );
}
