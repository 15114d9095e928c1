import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import type { ReactNode } from 'react';

interface SectionProps {
  /** Names the section in the page's list of contents too. */
  readonly id: string;
  readonly title: string;
  /** One sentence about what it is for. */
  readonly about?: string;
  readonly children: ReactNode;
}

/** A part of a page, with its heading. It takes the focus when something in it that had it goes away. */
export function Section({ id, title, about, children }: SectionProps) {
  return (
    <section aria-labelledby={id} tabIndex={-1}>
      <Stack space="space.200">
        <Stack space="space.100">
          <Heading as="h2" size="medium" id={id}>
            {title}
          </Heading>
          {about !== undefined && (
            <Text as="p" color="color.text.subtle">
              {about}
            </Text>
          )}
        </Stack>
        {children}
      </Stack>
    </section>
  );
}
