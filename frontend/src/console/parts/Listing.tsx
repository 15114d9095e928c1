import type { ReactNode } from 'react';

import type { Loaded } from '../useLoad.ts';
import { FailureBox } from './FailureBox.tsx';
import { StaleBox } from './StaleBox.tsx';
import { Waiting } from './Waiting.tsx';

interface ListingProps<Value> {
  readonly of: Loaded<Value>;
  readonly children: (value: Value) => ReactNode;
}

/** Something that is loaded: waited for, shown, or said why it is not there. */
export function Listing<Value>({ of, children }: ListingProps<Value>) {
  const { load, isLoading, reload } = of;
  switch (load.state) {
    case 'loading':
      return <Waiting />;
    case 'failed':
      return <FailureBox failure={load.failure} headingLevel="h2" onRetry={reload} isRetrying={isLoading} />;
    case 'ready':
      return (
        <>
          <StaleBox of={of} headingLevel="h2" />
          {children(load.value)}
        </>
      );
  }
}
