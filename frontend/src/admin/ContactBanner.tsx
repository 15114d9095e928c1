import Button from '@atlaskit/button/default/button';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';

import type { ContactState } from '../shared/session.ts';
import { useFocusHandover } from '../shared/useFocusHandover.ts';

interface ContactBannerProps {
  readonly state: Exclude<ContactState, 'set'>;
  readonly onGoToSettings: () => void;
}

const WORDS = {
  missing: {
    appearance: 'information',
    title: 'Whom should the app tell before it deletes data?',
    text: 'Notices about the data of your site have no address to go to yet. Without one, data goes on its day and nobody is told before.',
    button: 'Enter an address',
  },
  undeliverable: {
    appearance: 'warning',
    title: 'Mail to your address for notices came back',
    text: 'The last notice could not be delivered. Check the address, so that you are told in time before data goes.',
    button: 'Check the address',
  },
} as const;

/** Asks for an address for notices, until there is one that works. */
export function ContactBanner({ state, onGoToSettings }: ContactBannerProps) {
  const banner = useFocusHandover<HTMLDivElement>();
  const { appearance, title, text, button } = WORDS[state];
  return (
    <div ref={banner}>
      <SectionMessage appearance={appearance} title={title} headingLevel="h2">
        <Stack space="space.150" alignInline="start">
          <Text as="p">{text}</Text>
          <Button onClick={onGoToSettings}>{button}</Button>
        </Stack>
      </SectionMessage>
    </div>
  );
}
