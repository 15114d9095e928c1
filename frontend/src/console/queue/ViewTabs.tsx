import { formatCount } from '../../shared/format.ts';
import type { Load } from '../../shared/load.ts';
import { Link } from '../parts/Link.tsx';
import { useNavigation } from '../navigation.ts';
import { HOME } from '../route.ts';
import { commonWords } from '../words/common.ts';
import { queueWords } from '../words/queue.ts';
import { useLanguage, useWords } from '../words/language.ts';
import { changed, countOf, type View, viewOf, VIEWS } from './asked.ts';

interface ViewTabsProps {
  readonly counts: Load<Readonly<Record<string, number>>>;
}

/** The states, each with how many tickets it has. */
export function ViewTabs({ counts }: ViewTabsProps) {
  const words = useWords(queueWords);
  const { states } = useWords(commonWords);
  const language = useLanguage();
  const { query } = useNavigation();
  const name = (view: View) => (view === 'open' || view === 'all' ? words[view] : states[view]);
  const current = viewOf(query);
  return (
    <nav className="views" aria-label={words.views}>
      <ul>
        {VIEWS.map((view) => (
          <li key={view}>
            <Link to={HOME} query={changed(query, { state: view === 'open' ? null : view })} isCurrent={view === current}>
              {name(view)}
              {counts.state === 'ready' && <span className="count">{formatCount(countOf(view, counts.value), language)}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
