import Heading from '@atlaskit/heading';
import { useCallback, useState } from 'react';

import { CloseDialog } from '../queue/CloseDialog.tsx';
import { FailureBox } from '../parts/FailureBox.tsx';
import { Link } from '../parts/Link.tsx';
import { RefreshButton } from '../parts/RefreshButton.tsx';
import { StaleBox } from '../parts/StaleBox.tsx';
import { Waiting } from '../parts/Waiting.tsx';
import { useKeys } from '../keys.ts';
import { HOME } from '../route.ts';
import { useMay, useSession } from '../SessionContext.ts';
import { useAct } from '../useAct.ts';
import { useLoad } from '../useLoad.ts';
import { ticketWords } from '../words/ticket.ts';
import { useWords } from '../words/language.ts';
import { BundleSection } from './BundleSection.tsx';
import { Conversation } from './Conversation.tsx';
import { assign } from './deeds.ts';
import { Duplicates } from './Duplicates.tsx';
import { NoteForm } from './NoteForm.tsx';
import { ReplyForm } from './ReplyForm.tsx';
import { Development } from './Development.tsx';
import { KnownProblem } from './KnownProblem.tsx';
import { loadTicket, type Ticket } from './ticket.ts';
import { TicketFacts } from './TicketFacts.tsx';
import { TicketHead } from './TicketHead.tsx';
import { TicketWork } from './TicketWork.tsx';

/** A ticket that others may follow, by an error that they may have too. */
const mayBeKnown = (ticket: Ticket) => ticket.namesError && ticket.mergedInto === null && ticket.state !== 'closed';

interface TicketPageProps {
  readonly number: string;
}

/** One ticket: what is said, what is done about it, and what was sent with it. */
export function TicketPage({ number }: TicketPageProps) {
  const words = useWords(ticketWords);
  const { name } = useSession();
  const may = useMay();
  const ticket = useLoad(useCallback((stop: AbortSignal) => loadTicket(number, stop), [number]));
  const { load, isLoading, reload } = ticket;
  const [said, setSaid] = useState('');
  const [isClosing, setIsClosing] = useState(false);
  const act = useAct();

  const done = (text: string) => {
    setSaid(text);
    reload();
  };
  const take = async () => {
    if (may('staff: triage') && (await act.run((stop) => assign(number, name, stop)))) {
      done(words.done.assigned);
    }
  };
  const isOpen = load.state === 'ready' && load.value.state !== 'closed';
  useKeys({
    reload,
    assign: () => void take(),
    close: () => setIsClosing(isOpen),
  });

  return (
    <div className="page-parts">
      <div className="page-head">
        <Link to={HOME}>{words.back}</Link>
        <RefreshButton onClick={reload} isLoading={isLoading} />
      </div>
      <div role="status" className="said">
        {said}
      </div>
      {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h2" />}
      {load.state !== 'ready' && (
        <Heading as="h1" size="large">
          {number}
        </Heading>
      )}
      {load.state === 'loading' && <Waiting />}
      {load.state === 'failed' && (
        <FailureBox failure={load.failure} headingLevel="h2" onRetry={reload} isRetrying={isLoading} />
      )}
      {load.state === 'ready' && (
        <>
          <StaleBox of={ticket} headingLevel="h2" />
          <TicketHead ticket={load.value} />
          <div className="ticket">
            <div className="page-parts">
              <Conversation ticket={load.value} />
              <BundleSection ticket={load.value} onChanged={done} />
              {!load.value.siteHasLeft && (
                <>
                  <ReplyForm ticket={load.value} onDone={() => done(words.done.reply)} />
                  <NoteForm ticket={load.value} onDone={() => done(words.done.note)} />
                </>
              )}
            </div>
            <div className="page-parts">
              <TicketWork ticket={load.value} onDone={done} onClose={() => setIsClosing(true)} />
              <TicketFacts ticket={load.value} />
              {!load.value.siteHasLeft && (
                <Development key={`${load.value.issue} ${load.value.fixedIn}`} ticket={load.value} onDone={done} />
              )}
              {may('staff: triage') && !load.value.siteHasLeft && mayBeKnown(load.value) && <KnownProblem key={load.value.known} ticket={load.value} onDone={done} />}
              {may('staff: triage') && !load.value.siteHasLeft && <Duplicates ticket={load.value} onDone={done} />}
            </div>
          </div>
        </>
      )}
      {isClosing && (
        <CloseDialog
          number={number}
          onClose={() => setIsClosing(false)}
          onClosed={() => {
            setIsClosing(false);
            done(words.done.state);
          }}
        />
      )}
    </div>
  );
}
