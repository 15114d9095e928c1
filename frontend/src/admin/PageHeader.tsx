import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import { Inline, Stack, Text } from '@atlaskit/primitives/compiled';

import { useFormat } from '../shared/speech.ts';
import { useAdminWords } from './words/words.ts';

interface PageHeaderProps {
  readonly loadedAt: Date | null;
  readonly isLoading: boolean;
  readonly onRefresh: () => void;
}

export function PageHeader({ loadedAt, isLoading, onRefresh }: PageHeaderProps) {
  const words = useAdminWords();
  const format = useFormat();
  return (
    <Inline space="space.200" rowSpace="space.200" spread="space-between" alignBlock="start" shouldWrap>
      <Stack space="space.100">
        <Heading as="h1" size="large">
          {words.title}
        </Heading>
        <Text as="p" color="color.text.subtle">
          {words.about}
        </Text>
        <span role="status" className="loaded-at">
          {loadedAt !== null && words.asOf(format.timeOfDay(loadedAt))}
        </span>
      </Stack>
      <Button onClick={onRefresh} isLoading={isLoading}>
        {words.refresh}
      </Button>
    </Inline>
  );
}
