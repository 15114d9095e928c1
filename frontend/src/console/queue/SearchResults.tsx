import { useCallback, useRef } from 'react';

import { wordFor } from '../../shared/catalogue.ts';
import { rowAfter, useKeys } from '../keys.ts';
import { FailureBox } from '../parts/FailureBox.tsx';
import { Link } from '../parts/Link.tsx';
import { Paging } from '../parts/Paging.tsx';
import { TicketState } from '../parts/TicketState.tsx';
import { Waiting } from '../parts/Waiting.tsx';
import { ticketPath } from '../route.ts';
import { useLoad } from '../useLoad.ts';
import { queueWords } from '../words/queue.ts';
import { useWords } from '../words/language.ts';
import { loadSearch } from './queue.ts';

interface SearchResultsProps {
  readonly asked: string;
}

/** What a search has found. It is asked for once: each look at the texts leaves a record. */
export function SearchResults({ asked }: SearchResultsProps) {
  const words = useWords(queueWords);
  const { load, isLoading, reload } = useLoad(useCallback((stop: AbortSignal) => loadSearch(asked, stop), [asked]));
  const list = useRef<HTMLUListElement>(null);
  const move = (step: 1 | -1) => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    rows[rowAfter(rows.findIndex((row) => row === document.activeElement), step, rows.length)]?.focus();
  };
  useKeys({ next: () => move(1), previous: () => move(-1) });

  if (load.state === 'loading') {
    return <Waiting />;
  }
  if (load.state === 'failed') {
    return <FailureBox failure={load.failure} headingLevel="h2" onRetry={reload} isRetrying={isLoading} />;
  }
  const { items, searched, next } = load.value;
  return (
    <>
      <ul ref={list} className="cards">
        {items.map((found) => (
          <li key={found.number} className="card card-head">
            <Link to={ticketPath(found.number)} rowOf={found.number}>
              {found.number}
            </Link>
            <span className="subtle">{wordFor(words.places, found.place)}</span>
            <TicketState state={found.state} />
          </li>
        ))}
      </ul>
      <Paging next={next} shown={`${words.found(items.length)}, ${words.searched(searched)}`} />
    </>
  );
}
