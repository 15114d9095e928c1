import Button from '@atlaskit/button/default/button';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';

import type { ContactState } from '../shared/session.ts';
import { useFocusHandover } from '../shared/useFocusHandover.ts';
import { useAdminWords } from './words/words.ts';

interface ContactBannerProps {
  readonly state: Exclude<ContactState, 'set'>;
  readonly onGoToSettings: () => void;
}

const APPEARANCES = { missing: 'information', undeliverable: 'warning' } as const;

/** Asks for an address for notices, until there is one that works. */
export function ContactBanner({ state, onGoToSettings }: ContactBannerProps) {
  const banner = useFocusHandover<HTMLDivElement>();
  const { title, text, button } = useAdminWords().contact[state];
  return (
    <div ref={banner}>
      <SectionMessage appearance={APPEARANCES[state]} title={title} headingLevel="h2">
        <Stack space="space.150" alignInline="start">
          <Text as="p">{text}</Text>
          <Button onClick={onGoToSettings}>{button}</Button>
        </Stack>
      </SectionMessage>
    </div>
  );
}
