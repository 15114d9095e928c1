import { Link } from '../parts/Link.tsx';
import { useNavigation } from '../navigation.ts';
import { HOME, sectionPath } from '../route.ts';
import { useMay } from '../SessionContext.ts';
import { frameWords } from '../words/frame.ts';
import { useWords } from '../words/language.ts';
import { inSection, sectionsFor } from './sections.ts';

/** The sections that somebody's role has. */
export function Sections() {
  const words = useWords(frameWords);
  const { route } = useNavigation();
  const sections = sectionsFor(useMay());
  return (
    <nav className="sections" aria-label={words.navigation}>
      <ul>
        {sections.map((section) => (
          <li key={section}>
            <Link to={section === 'home' ? HOME : sectionPath(section)} isCurrent={inSection(route, sections) === section}>
              {words.sections[section]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
