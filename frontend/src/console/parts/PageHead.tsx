import Heading from '@atlaskit/heading';
import type { ReactNode } from 'react';

import { RefreshButton } from './RefreshButton.tsx';

interface PageHeadProps {
  readonly title: string;
  readonly about?: string;
  readonly onRefresh?: () => void;
  readonly isLoading?: boolean;
  readonly children?: ReactNode;
}

/** What a page is, and the way to load it anew. */
export function PageHead({ title, about, onRefresh, isLoading = false, children }: PageHeadProps) {
  return (
    <div className="page-head">
      <div>
        <Heading as="h1" size="large">
          {title}
        </Heading>
        {about !== undefined && <p className="about">{about}</p>}
      </div>
      <div className="row-of-buttons">
        {children}
        {onRefresh !== undefined && <RefreshButton onClick={onRefresh} isLoading={isLoading} />}
      </div>
    </div>
  );
}
