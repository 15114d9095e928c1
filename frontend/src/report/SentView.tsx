import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import { Inline, Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';
import { useEffect, useRef } from 'react';

import { Moment } from '../shared/Moment.tsx';
import type { Ticket } from '../shared/reports.ts';
import { CopyField } from './CopyField.tsx';

interface SentViewProps {
  readonly ticket: Ticket;
  readonly email: string;
  readonly onAnother: () => void;
}

/** The number of the report, and the way back to it. */
export function SentView({ ticket, email, onAnother }: SentViewProps) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.focus(), []);
  return (
    <section ref={section} aria-labelledby="sent" tabIndex={-1}>
      <Stack space="space.300">
        <SectionMessage appearance="success">
          <p>Your report has arrived.</p>
        </SectionMessage>
        <Heading as="h2" size="medium" id="sent">
          Your number: {ticket.number}
        </Heading>
        <CopyField
          id="report-status-link"
          label="Link to its page"
          about="Keep it: it shows the state of your report to whoever has it. If you mistyped your address, correct it there; until it is confirmed, give the link to nobody. Texts, replies and deletion need your confirmed address."
          value={ticket.statusLink}
        />
        <Text as="p">
          Confirm your address with the mail that goes to <span className="any-text">{email}</span>. Everything about this report
          is deleted by <Moment at={ticket.deletedOn} />, and sooner if you ask for it on its page.
        </Text>
        <Inline space="space.150" rowSpace="space.100" alignBlock="center" shouldWrap>
          <a href={ticket.statusLink} target="_blank" rel="noopener noreferrer">
            Open its page
          </a>
          <Button onClick={onAnother}>Report another problem</Button>
        </Inline>
      </Stack>
    </section>
  );
}
