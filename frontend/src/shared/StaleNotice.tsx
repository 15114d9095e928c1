import { createContext, useContext } from 'react';

import { FailurePanel } from './FailurePanel.tsx';
import type { Arrival } from './load.ts';

/** Whether a part around this one has said already that nothing newer came, and asks for all of it again. */
export const ToldAbove = createContext(false);

interface StaleNoticeProps {
  readonly of: Arrival;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
  /** One level below the heading that the notice stands under. */
  readonly headingLevel: 'h2' | 'h3' | 'h4';
}

/** Stands above what was loaded before, where it could not be loaded anew: why, and of when that is which is shown. */
export function StaleNotice({ of: { stale, at }, isRetrying, onRetry, headingLevel }: StaleNoticeProps) {
  const isTold = useContext(ToldAbove);
  if (stale === null || isTold) {
    return null;
  }
  return <FailurePanel failure={stale} asOf={at} isRetrying={isRetrying} onRetry={onRetry} headingLevel={headingLevel} />;
}
