import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import { Inline, Stack, Text } from '@atlaskit/primitives/compiled';

import { formatTimeOfDay } from '../shared/format.ts';

interface PageHeaderProps {
  readonly loadedAt: Date | null;
  readonly isLoading: boolean;
  readonly onRefresh: () => void;
}

export function PageHeader({ loadedAt, isLoading, onRefresh }: PageHeaderProps) {
  return (
    <Inline space="space.200" rowSpace="space.200" spread="space-between" alignBlock="start" shouldWrap>
      <Stack space="space.100">
        <Heading as="h1" size="large">
          Privacy and stored data
        </Heading>
        <Text as="p" color="color.text.subtle">
          What this app stores about your site, and until when.
        </Text>
      </Stack>
      <Inline space="space.150" alignBlock="center">
        <span role="status" className="loaded-at">
          {loadedAt !== null && `As of ${formatTimeOfDay(loadedAt)}`}
        </span>
        <Button onClick={onRefresh} isLoading={isLoading}>
          Refresh
        </Button>
      </Inline>
    </Inline>
  );
}
