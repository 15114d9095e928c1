import Heading from '@atlaskit/heading';
import SectionMessage from '@atlaskit/section-message/section-message';

import { Rank, TicketState } from '../parts/TicketState.tsx';
import { commonWords } from '../words/common.ts';
import { useLocale, useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import type { Ticket } from './ticket.ts';

interface TicketHeadProps {
  readonly ticket: Ticket;
}

/** Which ticket it is, and the day on which it goes: that is never out of sight for long. */
export function TicketHead({ ticket }: TicketHeadProps) {
  const words = useWords(ticketWords);
  const { severities } = useWords(commonWords);
  return (
    <div className="ticket-head">
      <div className="row-of-buttons">
        <Heading as="h1" size="large">
          <span className="number">{ticket.number}</span>
        </Heading>
        <TicketState state={ticket.state} />
        <Rank rank={ticket.severity} words={severities} />
      </div>
      {ticket.mergedInto !== null && (
        <SectionMessage appearance="information">
          <p>{words.follows(ticket.mergedInto)}</p>
        </SectionMessage>
      )}
      {ticket.known !== null && (
        <SectionMessage appearance="information">
          <p>{words.known.shown(ticket.known)}</p>
        </SectionMessage>
      )}
      {ticket.siteHasLeft && (
        <SectionMessage appearance="warning">
          <p>{words.siteHasLeft}</p>
        </SectionMessage>
      )}
      <Goes at={ticket.goesAt} />
    </div>
  );
}

function Goes({ at }: { readonly at: string }) {
  const words = useWords(ticketWords);
  const locale = useLocale();
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' }).format(new Date(at));
  return (
    <p className="goes">
      <strong>
        <time dateTime={at}>{words.goes(day)}</time>
      </strong>{' '}
      <span className="subtle">{words.goesAbout}</span>
    </p>
  );
}
