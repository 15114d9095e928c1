import { useNavigation } from '../navigation.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { Link } from './Link.tsx';

interface PagingProps {
  /** Where the next page begins; nothing after the last one. */
  readonly next: string | null;
  /** How much is shown, in words. */
  readonly shown: string;
  /** What the address calls the place in this list, where a page has two. */
  readonly name?: string;
}

/** The way along a list. A page is a place of its own, so the browser's own way back leads to the one before. */
export function Paging({ next, shown, name = 'cursor' }: PagingProps) {
  const words = useWords(commonWords);
  const { query } = useNavigation();
  const path = usePath();
  const first = new URLSearchParams(query);
  first.delete(name);
  const following = new URLSearchParams(query);
  if (next !== null) {
    following.set(name, next);
  }
  return (
    <div className="paging">
      <span role="status" className="subtle">
        {shown}
      </span>
      {query.has(name) && (
        <Link to={path} query={first}>
          {words.first}
        </Link>
      )}
      {next !== null && (
        <Link to={path} query={following}>
          {words.more}
        </Link>
      )}
    </div>
  );
}

function usePath(): string {
  const { route } = useNavigation();
  return route.page === 'home' || route.page === 'unknown' ? '/console' : `/console/${route.page}`;
}
