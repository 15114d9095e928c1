import { bringTo } from '../shared/bringTo.ts';
import { type AdminWords, useAdminWords } from './words/words.ts';

function partsIn(words: AdminWords) {
  return [
    ['stored-data', words.stored.title],
    ['timeline', words.timeline.title],
    ['settings', words.settings.title],
    ['report-rules', words.rules.short],
    ['reports', words.reports.short],
    ['access-log', words.accesses.title],
    ['statement', words.statement.title],
    ['delete-early', words.erasure.title],
  ] as const;
}

/** Brings to the part under the heading of this id. */
export function goToPart(id: string): void {
  bringTo(document.getElementById(id)?.closest('section') ?? null);
}

/** The parts of the page, for those who know what they look for. */
export function PageContents() {
  const words = useAdminWords();
  return (
    <nav aria-label={words.onThisPage}>
      <ul className="links">
        {partsIn(words).map(([id, name]) => (
          <li key={id}>
            {/* The address stays as it is: the product may show it. */}
            <a
              href={`#${id}`}
              onClick={(event) => {
                event.preventDefault();
                goToPart(id);
              }}
            >
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
