import { type ReactNode, useEffect } from 'react';

/**
 * Stands in for the part of Atlaskit's dialogs that keeps the page behind them from scrolling. That one adds a style to
 * the page while it runs, which the content security policy forbids; this one switches a rule of the style sheet on.
 */
export default function ScrollLock(): null {
  useEffect(() => {
    document.documentElement.classList.add('scroll-locked');
    return () => document.documentElement.classList.remove('scroll-locked');
  }, []);
  return null;
}

interface TouchScrollableProps {
  readonly children: ReactNode;
}

/** Only needed beside the part that this file stands in for, which also stops all touches. */
export function TouchScrollable({ children }: TouchScrollableProps): ReactNode {
  return children;
}
