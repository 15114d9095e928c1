import { formatCount } from '../../shared/format.ts';
import type { Load } from '../../shared/load.ts';
import { Link } from '../parts/Link.tsx';
import { useNavigation } from '../navigation.ts';
import { HOME } from '../route.ts';
import { commonWords } from '../words/common.ts';
import { queueWords } from '../words/queue.ts';
import { useLanguage, useWords } from '../words/language.ts';
import { countOf, isOverdue, overdueAddress, type View, viewAddress, viewOf, VIEWS } from './asked.ts';
import type { Counts } from './queue.ts';

interface ViewTabsProps {
  readonly counts: Load<Counts>;
}

/** The states, each with how many tickets it has. */
export function ViewTabs({ counts }: ViewTabsProps) {
  const words = useWords(queueWords);
  const { states } = useWords(commonWords);
  const language = useLanguage();
  const { query } = useNavigation();
  const name = (view: View) => (view === 'open' || view === 'all' ? words[view] : states[view]);
  const current = viewOf(query);
  const isLate = isOverdue(query);
  const late = counts.state === 'ready' ? counts.value.overdue : 0;
  return (
    <nav className="views" aria-label={words.views}>
      <ul>
        {VIEWS.map((view) => (
          <li key={view}>
            <Link to={HOME} query={viewAddress(query, view)} isCurrent={!isLate && view === current}>
              {name(view)}
              {counts.state === 'ready' && <span className="count">{formatCount(countOf(view, counts.value.states), language)}</span>}
            </Link>
          </li>
        ))}
        {/* Whoever looks at it has the tab before them, also when the last answer was given meanwhile. */}
        {(isLate || late > 0) && (
          <li>
            <Link to={HOME} query={overdueAddress(query)} isCurrent={isLate}>
              {words.overdue}
              {counts.state === 'ready' && <span className="count">{formatCount(late, language)}</span>}
            </Link>
          </li>
        )}
      </ul>
    </nav>
  );
}
