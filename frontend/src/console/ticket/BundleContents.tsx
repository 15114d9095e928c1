import { BundleItem } from './BundleItem.tsx';
import type { Bundle } from './ticket.ts';
import { useVerified } from './verified.ts';

interface BundleContentsProps {
  readonly items: Bundle['items'];
}

/** Everything that was sent, as text and pictures. Nothing of it is run, and nothing of it is a page. */
export function BundleContents({ items }: BundleContentsProps) {
  const verified = useVerified(items);
  return (
    <ul className="cards">
      {verified.map(({ item, isTrue }) => (
        <BundleItem key={item.name} item={item} isTrue={isTrue} />
      ))}
    </ul>
  );
}
