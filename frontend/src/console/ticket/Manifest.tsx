import { wordFor } from '../../shared/catalogue.ts';
import { formatBytes, formatCount } from '../../shared/format.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { useLanguage, useWords } from '../words/language.ts';
import { bundleWords } from '../words/bundle.ts';
import { itemName } from './itemName.ts';
import type { ManifestItem } from '../../shared/items.ts';
import type { Ticket } from './ticket.ts';

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
                {item.needsConsent && <span className="marks">{words.needsConsent}</span>}
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
            {ticket.missing.map(({ name, why }) => (
              <li key={`${name} ${why}`}>
                {itemName(name, words)}: <span lang="en">{why}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
