import type { ReactNode } from 'react';

import { FailurePanel } from './FailurePanel.tsx';
import type { Load } from './load.ts';
import { Loading } from './Loading.tsx';
import { StaleNotice } from './StaleNotice.tsx';

interface LoadedPartProps<Value> {
  readonly load: Load<Value>;
  /** What is being loaded, as it reads in the sentence that says so. */
  readonly what: string;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
  /** One level below the heading that the part stands under. */
  readonly headingLevel: 'h2' | 'h3' | 'h4';
  readonly children: (value: Value) => ReactNode;
}

/** Something that is loaded, in each of its states. What was shown stays as it is, opened or typed in, while a newer one fails. */
export function LoadedPart<Value>({ load, what, children, ...retry }: LoadedPartProps<Value>) {
  switch (load.state) {
    case 'loading':
      return <Loading what={what} />;
    case 'failed':
      return <FailurePanel failure={load.failure} {...retry} />;
    case 'ready':
      return (
        <>
          <StaleNotice of={load} {...retry} />
          {children(load.value)}
        </>
      );
  }
}
