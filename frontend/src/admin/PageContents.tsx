const PARTS = [
  ['stored-data', 'Stored data'],
  ['timeline', 'Timeline'],
  ['settings', 'Settings'],
  ['report-rules', 'Rules for reports'],
  ['reports', 'Reports'],
  ['access-log', 'Access log'],
  ['statement', 'Privacy statement'],
  ['delete-early', 'Delete early'],
] as const;

/** The parts of the page, for those who know what they look for. */
export function PageContents() {
  const goTo = (id: string) => {
    const part = document.getElementById(id)?.closest('section');
    part?.scrollIntoView();
    part?.focus({ preventScroll: true });
  };
  return (
    <nav aria-label="On this page">
      <ul className="links">
        {PARTS.map(([id, name]) => (
          <li key={id}>
            {/* The address stays as it is: the product may show it. */}
            <a
              href={`#${id}`}
              onClick={(event) => {
                event.preventDefault();
                goTo(id);
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
