import type { Loaded } from '../useLoad.ts';
import { FailureBox } from './FailureBox.tsx';

interface StaleBoxProps {
  readonly of: Loaded<unknown>;
  readonly headingLevel: 'h2' | 'h3' | 'h4';
}

/** Stands above what was loaded before, where it could not be loaded anew: why, and of when that is which is shown. */
export function StaleBox({ of: { load, isLoading, reload }, headingLevel }: StaleBoxProps) {
  if (load.state !== 'ready' || load.stale === null) {
    return null;
  }
  return <FailureBox failure={load.stale} asOf={load.at} headingLevel={headingLevel} onRetry={reload} isRetrying={isLoading} />;
}
