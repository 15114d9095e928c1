import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';

interface NoticeProps {
  readonly title: string;
  readonly text: string;
}

/** A page that has nothing but a message. */
export function Notice({ title, text }: NoticeProps) {
  return (
    <Stack space="space.100">
      <Heading as="h1" size="large">
        {title}
      </Heading>
      <Text as="p">{text}</Text>
    </Stack>
  );
}
