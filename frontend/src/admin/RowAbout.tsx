import { Stack, Text } from '@atlaskit/primitives/compiled';

import { useFormat } from '../shared/speech.ts';
import type { Row } from './rows.ts';

interface RowAboutProps {
  readonly row: Row;
}

/** What a data class is, and what kinds of records it holds. */
export function RowAbout({ row }: RowAboutProps) {
  const format = useFormat();
  return (
    <Stack space="space.050">
      {row.about !== null && (
        <Text size="small" color="color.text.subtle">
          {row.about}
        </Text>
      )}
      {row.kinds.length > 0 && (
        <Text size="small" color="color.text.subtle">
          {row.kinds.map((kind) => `${kind.name}: ${format.count(kind.records)}`).join(', ')}
        </Text>
      )}
    </Stack>
  );
}
