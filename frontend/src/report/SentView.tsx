import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import { Inline, Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';
import { useEffect, useRef } from 'react';

import { Moment } from '../shared/Moment.tsx';
import { OutsideLink } from '../shared/OutsideLink.tsx';
import type { Ticket } from '../shared/reports.ts';
import { CopyField } from './CopyField.tsx';
import { useReportWords } from './words/words.ts';

interface SentViewProps {
  readonly ticket: Ticket;
  readonly email: string;
  readonly onAnother: () => void;
}

/** The number of the report, and the way back to it. */
export function SentView({ ticket, email, onAnother }: SentViewProps) {
  const { sent: words } = useReportWords();
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.focus(), []);
  return (
    <section ref={section} aria-labelledby="sent" tabIndex={-1}>
      <Stack space="space.300">
        <SectionMessage appearance="success">
          <p>
            {ticket.awaitsApproval ? words.waits : words.arrived} {words.confirm} <span className="any-text">{email}</span>.
          </p>
        </SectionMessage>
        <Heading as="h2" size="medium" id="sent">
          <span className="number">{words.number(ticket.number)}</span>
        </Heading>
        <CopyField
          id="report-status-link"
          label={words.link}
          about={words.linkAbout}
          value={ticket.statusLink}
        />
        <Text as="p">
          {words.deleted} <Moment at={ticket.deletedOn} />.{' '}
          {words.sooner}
        </Text>
        <Inline space="space.150" rowSpace="space.100" alignBlock="center" shouldWrap>
          <OutsideLink href={ticket.statusLink}>{words.open}</OutsideLink>
          <Button onClick={onAnother}>{words.another}</Button>
        </Inline>
      </Stack>
    </section>
  );
}
