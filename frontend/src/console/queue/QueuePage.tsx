import { PageHead } from '../parts/PageHead.tsx';
import { useNavigation } from '../navigation.ts';
import { useWords } from '../words/language.ts';
import { queueWords } from '../words/queue.ts';
import { askedOf } from './asked.ts';
import { QueuePart } from './QueuePart.tsx';
import { SearchForm } from './SearchForm.tsx';
import { SearchResults } from './SearchResults.tsx';

/** Tickets that wait, and looking for others. */
export function QueuePage() {
  const words = useWords(queueWords);
  const { query } = useNavigation();
  const search = query.get('q');
  return (
    <div className="page-parts">
      <SearchForm key={search ?? ''} searched={search} />
      {search === null ? (
        <QueuePart />
      ) : (
        <>
          <PageHead title={words.search} />
          <SearchResults asked={askedOf(query).toString()} />
        </>
      )}
    </div>
  );
}
