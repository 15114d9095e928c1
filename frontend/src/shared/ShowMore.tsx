import Button from '@atlaskit/button/default/button';
import { Inline } from '@atlaskit/primitives/compiled';

import type { Page } from './page.ts';
import { useSharedWords } from './speech.ts';
import { useFocusHandover } from './useFocusHandover.ts';
import type { Pages } from './usePages.ts';

interface ShowMoreProps {
  readonly pages: Pages<Page<unknown>>;
  /** How much is shown, in words. */
  readonly shown: string;
}

/** The end of a list that is shown in parts. */
export function ShowMore({ pages, shown }: ShowMoreProps) {
  return (
    <div tabIndex={-1} className="show-more">
      <Inline space="space.150" rowSpace="space.100" alignBlock="center" shouldWrap>
        <span role="status" className="subtle">
          {shown}
        </span>
        {pages.parts.at(-1)?.next != null && <MoreButton pages={pages} />}
      </Inline>
    </div>
  );
}

function MoreButton({ pages }: Pick<ShowMoreProps, 'pages'>) {
  const words = useSharedWords();
  const part = useFocusHandover<HTMLSpanElement>();
  return (
    <span ref={part}>
      <Button onClick={pages.more} isLoading={pages.isLoading}>
        {words.showMore}
      </Button>
    </span>
  );
}
