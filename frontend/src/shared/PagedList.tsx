import { Stack, Text } from '@atlaskit/primitives/compiled';
import type { ReactNode } from 'react';

import { ActionFailure } from './ActionFailure.tsx';
import { FailurePanel } from './FailurePanel.tsx';
import { Loading } from './Loading.tsx';
import type { Page } from './page.ts';
import { ShowMore } from './ShowMore.tsx';
import { StaleNotice } from './StaleNotice.tsx';
import type { Pages } from './usePages.ts';

interface PagedListProps<Item> {
  readonly pages: Pages<Page<Item>>;
  /** What is being loaded, as it reads in the sentence that says so. */
  readonly what: string;
  /** Said where there is nothing. */
  readonly empty: string;
  readonly shown: (count: number, hasMore: boolean) => string;
  readonly children: (items: readonly Item[]) => ReactNode;
}

/** A list that is loaded in parts, in each of its states. */
export function PagedList<Item>({ pages, what, empty, shown, children }: PagedListProps<Item>) {
  const [first] = pages.parts;
  if (first === undefined) {
    return pages.failure === null ? (
      <Loading what={what} />
    ) : (
      <FailurePanel failure={pages.failure} isRetrying={pages.isLoading} onRetry={pages.restart} headingLevel="h3" />
    );
  }
  const items = pages.parts.flatMap((part) => part.items);
  const hasMore = pages.parts.at(-1)?.next !== null;
  return (
    <Stack space="space.200">
      {pages.arrival !== null && (
        <StaleNotice of={pages.arrival} isRetrying={pages.isLoading} onRetry={pages.restart} headingLevel="h3" />
      )}
      {items.length === 0 ? <Text as="p">{empty}</Text> : children(items)}
      {pages.failure !== null && <ActionFailure failure={pages.failure} headingLevel="h3" />}
      {(items.length > 0 || hasMore) && <ShowMore pages={pages} shown={shown(items.length, hasMore)} />}
    </Stack>
  );
}
