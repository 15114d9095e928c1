import Heading from '@atlaskit/heading';
import type { ReactNode } from 'react';

import { wordFor } from '../../shared/catalogue.ts';
import { Link } from '../parts/Link.tsx';
import { Due } from '../parts/Due.tsx';
import { When } from '../parts/When.tsx';
import { HOME } from '../route.ts';
import { useMay } from '../SessionContext.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import type { Ticket } from './ticket.ts';

interface TicketFactsProps {
  readonly ticket: Ticket;
}

export function TicketFacts({ ticket }: TicketFactsProps) {
  const words = useWords(ticketWords);
  const common = useWords(commonWords);
  const may = useMay();
  const facts: readonly (readonly [string, ReactNode])[] = [
    [words.severity, wordFor(common.severities, ticket.severity)],
    [words.source, wordFor(words.sources, ticket.source)],
    [words.product, wordFor(common.products, ticket.product)],
    [words.tenant, <Tenant key="tenant" id={ticket.tenant} hasOthers={may('staff: triage')} />],
    [words.email, wordFor(words.emails, ticket.email)],
    [words.language, wordFor(words.languages, ticket.language)],
    [words.tier, wordFor(words.tiers, ticket.tier)],
    [words.created, <When key="created" at={ticket.createdAt} />],
    [words.updated, <When key="updated" at={ticket.updatedAt} />],
  ];
  return (
    <section aria-labelledby="facts" className="part">
      <Heading as="h2" size="small" id="facts">
        {words.facts}
      </Heading>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
        {ticket.respondBy !== null && <Fact name={isAnswerDue(ticket) ? words.firstAnswerDue : words.firstAnswer} value={<FirstAnswer ticket={ticket} by={ticket.respondBy} />} />}
        {ticket.issue !== null && <Fact name={words.development.issue} value={ticket.issue} />}
        {ticket.fixedIn !== null && <Fact name={words.development.fixedIn} value={ticket.fixedIn} />}
        {ticket.closedAt !== null && <Fact name={words.closed} value={<When at={ticket.closedAt} />} />}
        {ticket.closeReason !== null && <Fact name={words.closeReason} value={ticket.closeReason} />}
      </dl>
    </section>
  );
}

function isAnswerDue({ respondedAt, closedAt }: Ticket): boolean {
  return respondedAt === null && closedAt === null;
}

/** When it was given, or by when it is wanted. */
function FirstAnswer({ ticket, by }: { readonly ticket: Ticket; readonly by: string }) {
  const words = useWords(ticketWords);
  if (ticket.respondedAt !== null) {
    return (
      <>
        {words.answeredAt} <When at={ticket.respondedAt} />
      </>
    );
  }
  return isAnswerDue(ticket) ? <Due at={by} isLate={ticket.isOverdue} /> : words.neverAnswered;
}

function Fact({ name, value }: { readonly name: string; readonly value: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Which installation it is, by our own number: its site is the customer's. */
function Tenant({ id, hasOthers }: { readonly id: string; readonly hasOthers: boolean }) {
  const words = useWords(ticketWords);
  return (
    <>
      {id}
      {hasOthers && (
        <>
          <br />
          <Link to={HOME} query={new URLSearchParams({ tenant: id, state: 'all' })}>
            {words.others}
          </Link>
        </>
      )}
    </>
  );
}
