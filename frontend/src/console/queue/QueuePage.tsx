import { useNavigation } from '../navigation.ts';
import { askedOf } from './asked.ts';
import { QueuePart } from './QueuePart.tsx';
import { SearchForm } from './SearchForm.tsx';
import { SearchResults } from './SearchResults.tsx';

/** Tickets that wait, and looking for others. */
export function QueuePage() {
  const { query } = useNavigation();
  const search = query.get('q');
  return (
    <div className="page-parts">
      <SearchForm key={search ?? ''} searched={search} />
      {search === null ? <QueuePart /> : <SearchResults asked={askedOf(query).toString()} />}
    </div>
  );
}
