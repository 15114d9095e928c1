import { wordFor } from '../../shared/catalogue.ts';
import { formatBytes, formatCount, formatMoment } from '../../shared/format.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { useLanguage, useWords } from '../words/language.ts';
import { bundleWords } from '../words/bundle.ts';
import { itemName } from './itemName.ts';
import type { ManifestItem } from '../../shared/items.ts';
import { consentState } from './consentState.ts';
import type { Lacking, Ticket } from './ticket.ts';

interface ManifestProps {
  readonly ticket: Ticket;
}

function maskedPlaces(item: ManifestItem): number {
  return item.masked.reduce((sum, { count }) => sum + count, 0);
}

/** What there is, without what is in it. */
export function Manifest({ ticket }: ManifestProps) {
  const words = useWords(bundleWords);
  const language = useLanguage();
  return (
    <>
      <DataTable
        label={words.manifest}
        rows={ticket.items}
        keyOf={(item) => item.name}
        columns={[
          {
            name: words.item,
            cell: (item) => (
              <>
                {itemName(item.name, words)}
                {item.needsConsent && <span className="marks">{words[consentState(item.name, ticket.consents)]}</span>}
                {item.maskedLaterAt !== null && (
                  <span className="marks">{words.maskedOn(formatMoment(item.maskedLaterAt, language))}</span>
                )}
              </>
            ),
          },
          { name: words.media, cell: (item) => wordFor(words.medias, item.media) },
          { name: words.size, cell: (item) => formatBytes(item.bytes, language) },
          { name: words.masked, cell: (item) => formatCount(maskedPlaces(item), language) },
        ]}
      />
      {ticket.leftOut.length > 0 && (
        <p className="subtle">{words.leftOut(ticket.leftOut.map((name) => itemName(name, words)).join(', '))}</p>
      )}
      {ticket.missing.length > 0 && (
        <>
          <p className="subtle">{words.missing}</p>
          <ul className="subtle">
            {ticket.missing.map((part) => (
              <li key={`${part.name} ${part.why}`}>
                {itemName(part.name, words)}: <Why part={part} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** What an older report says, or a newer service, stands there in the service's own words. */
function Why({ part: { code, why } }: { readonly part: Lacking }) {
  const { whys } = useWords(bundleWords);
  return code !== null && Object.hasOwn(whys, code) ? <>{wordFor(whys, code)}</> : <span lang="en">{why}</span>;
}
