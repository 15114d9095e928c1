import Heading from '@atlaskit/heading';
import { useEffect, useState } from 'react';

import { bytesOf, type Leaf, LEAVES_MAX, leavesOf, type Names, textOf } from '../../shared/content.ts';
import { fieldNames } from '../../shared/words/fieldNames.ts';
import type { PreviewItem } from '../../shared/items.ts';
import { useLanguage, useWords } from '../words/language.ts';
import { bundleWords } from '../words/bundle.ts';
import { itemName } from './itemName.ts';

interface BundleItemProps {
  readonly item: PreviewItem;
  readonly isTrue: boolean;
}

/** One part: a picture from memory, or its values with what was masked marked in them, and the exact text. */
export function BundleItem({ item, isTrue }: BundleItemProps) {
  const words = useWords(bundleWords);
  const name = itemName(item.name, words);
  const isPicture = item.media === 'image/png' || item.media === 'image/jpeg';
  return (
    <li className="card">
      <Heading as="h3" size="xsmall">
        {name}
      </Heading>
      {!isTrue && <p role="alert">{words.wrongHash}</p>}
      {isTrue && isPicture && <Picture item={item} alt={words.picture(name)} />}
      {isTrue && !isPicture && <Values item={item} name={name} />}
    </li>
  );
}

/**
 * A picture of a kind that cannot hold anything that runs. Its address leads into the memory of this page and ends with it, and the
 * security policy of the page allows such addresses for pictures alone.
 */
function Picture({ item, alt }: { readonly item: PreviewItem; readonly alt: string }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([new Uint8Array(bytesOf(item.content))], { type: item.media }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [item]);
  return address === null ? null : <img className="picture" src={address} alt={alt} />;
}

/** A report may be damaged and still be what was sent. */
function leavesIn(item: PreviewItem, names: Names): readonly Leaf[] {
  try {
    return leavesOf(item, names);
  } catch {
    return [];
  }
}

function Values({ item, name }: { readonly item: PreviewItem; readonly name: string }) {
  const words = useWords(bundleWords);
  const leaves = leavesIn(item, fieldNames[useLanguage()]);
  return (
    <>
      {leaves.length > 0 && (
        // It scrolls, so the keyboard has to reach it.
        <div className="content" role="group" aria-label={words.contentOf(name)} tabIndex={0}>
          {leaves.slice(0, LEAVES_MAX).map((leaf) => (
            <LeafLine key={leaf.pointer} leaf={leaf} />
          ))}
          {leaves.length > LEAVES_MAX && <p>{words.moreValues(leaves.length - LEAVES_MAX)}</p>}
        </div>
      )}
      <details className="exact">
        <summary>{words.exact}</summary>
        <div className="exact-text" role="group" aria-label={`${words.exact}: ${name}`} tabIndex={0}>
          <pre>{textOf(item)}</pre>
        </div>
        <p className="subtle">
          {words.hash} <code className="request-id">{item.sha256}</code>
        </p>
      </details>
    </>
  );
}

function LeafLine({ leaf }: { readonly leaf: Leaf }) {
  const words = useWords(bundleWords);
  return (
    <div className={leaf.label === '' ? undefined : 'leaf'}>
      {leaf.label !== '' && <span className="subtle any-text">{leaf.label}</span>}
      <span className="leaf-text">
        {leaf.pieces.length === 0 && <span className="subtle">{words.nothing}</span>}
        {leaf.pieces.map((piece, at) => (piece.isMasked ? <mark key={at}>{piece.text}</mark> : <span key={at}>{piece.text}</span>))}
      </span>
    </div>
  );
}
