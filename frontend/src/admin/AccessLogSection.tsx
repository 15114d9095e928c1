import { type Access, loadAccessLog, loadWholeAccessLog } from '../shared/accessLog.ts';
import { Moment } from '../shared/Moment.tsx';
import { PagedList } from '../shared/PagedList.tsx';
import { Section } from '../shared/Section.tsx';
import { usePages } from '../shared/usePages.ts';
import { accessWords, whoWords } from './accessWords.ts';
import { shownSentence } from './countWords.ts';
import { DownloadList } from './DownloadList.tsx';
import { useAdminWords } from './words/words.ts';

interface AccessLogSectionProps {
  /** Another number loads it anew. */
  readonly run: number;
}

/** Who at the vendor did what about this site, and why. */
export function AccessLogSection({ run }: AccessLogSectionProps) {
  const { accesses: words, counts } = useAdminWords();
  const pages = usePages(loadAccessLog, run);
  return (
    <Section
      id="access-log"
      title={words.title}
      about={words.about}
    >
      <PagedList
        pages={pages}
        what={words.what}
        empty={words.empty}
        shown={(count, hasMore) => shownSentence(counts.accesses(count), hasMore, counts)}
      >
        {(accesses) => (
          <ol className="timeline" aria-label={words.list}>
            {accesses.map((access) => (
              <AccessEntry key={access.sequence} access={access} />
            ))}
          </ol>
        )}
      </PagedList>
      {pages.parts.some((part) => part.items.length > 0) && (
        <DownloadList label={words.download} fileName="access-log.json" load={loadWholeAccessLog} />
      )}
    </Section>
  );
}

function AccessEntry({ access }: { readonly access: Access }) {
  const { accesses: words } = useAdminWords();
  return (
    <li>
      <span className="subtle">
        <Moment at={access.at} />
      </span>
      <span className="any-text">
        {accessWords(access.kind, words)}
        {access.ticket !== null && ` (${access.ticket})`}
        <span className="subtle">{` – ${whoWords(access.who, access.role, words)}`}</span>
        {access.reason !== null && <span className="reason">{words.reason(access.reason)}</span>}
      </span>
    </li>
  );
}
