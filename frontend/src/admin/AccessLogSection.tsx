import { type Access, loadAccessLog } from '../shared/accessLog.ts';
import { Moment } from '../shared/Moment.tsx';
import { PagedList } from '../shared/PagedList.tsx';
import { Section } from '../shared/Section.tsx';
import { usePages } from '../shared/usePages.ts';
import { accessWords, whoWords } from './accessWords.ts';
import { accessesSentence, shownSentence } from './countWords.ts';

interface AccessLogSectionProps {
  /** Another number loads it anew. */
  readonly run: number;
}

/** Who at the vendor did what about this site, and why. */
export function AccessLogSection({ run }: AccessLogSectionProps) {
  const pages = usePages(loadAccessLog, run);
  return (
    <Section
      id="access-log"
      title="Access log"
      about="Who at the vendor looked at data of your site or worked on its reports, and why. Nobody can change or remove an entry unseen."
    >
      <PagedList
        pages={pages}
        what="the access log"
        empty="Nobody at the vendor has looked at anything of your site."
        shown={(count, hasMore) => shownSentence(accessesSentence(count), hasMore)}
      >
        {(accesses) => (
          <ol className="timeline" aria-label="Accesses, the newest first">
            {accesses.map((access) => (
              <AccessEntry key={access.sequence} access={access} />
            ))}
          </ol>
        )}
      </PagedList>
    </Section>
  );
}

function AccessEntry({ access }: { readonly access: Access }) {
  return (
    <li>
      <span className="subtle">
        <Moment at={access.at} />
      </span>
      <span className="any-text">
        {accessWords(access.kind)}
        {access.ticket !== null && ` (${access.ticket})`}
        <span className="subtle">{` – ${whoWords(access.who, access.role)}`}</span>
        {access.reason !== null && <span className="reason">{`Reason: ${access.reason}`}</span>}
      </span>
    </li>
  );
}
