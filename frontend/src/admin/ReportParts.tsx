import { wordFor } from '../shared/catalogue.ts';
import type { PreviewItem } from '../shared/items.ts';
import { textOf } from '../shared/content.ts';
import { useFormat } from '../shared/speech.ts';
import { type AdminWords, useAdminWords } from './words/words.ts';

/** What was sent with a report, to administrators whom its reporter lets read it. */
export function ReportParts({ parts }: { readonly parts: readonly PreviewItem[] }) {
  const format = useFormat();
  const { reports: words } = useAdminWords();
  return (
    <>
      {parts.map((part) => (
        <details key={part.name} className="exact">
          <summary>
            {nameOf(part.name, words)} <span className="subtle">{format.bytes(part.bytes)}</span>
          </summary>
          <PartContent part={part} />
        </details>
      ))}
    </>
  );
}

/** Files have numbers, and everything else a name of the service's own. */
function nameOf(name: string, { fileOf, items }: AdminWords['reports']): string {
  const number = /^attachment-(\d+)$/.exec(name)?.[1];
  return number === undefined ? wordFor(items, name) : fileOf(number);
}

function PartContent({ part }: { readonly part: PreviewItem }) {
  const { reports: words } = useAdminWords();
  if (part.media === 'image/png' || part.media === 'image/jpeg') {
    return <img className="picture" src={`data:${part.media};base64,${part.content}`} alt={words.picture(nameOf(part.name, words))} />;
  }
  return <pre>{textOf(part)}</pre>;
}
