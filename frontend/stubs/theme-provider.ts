import type { ReactNode } from 'react';

interface ThemeProviderProps {
  readonly children: ReactNode;
}

/**
 * Atlaskit's own provider loads themes and adds them to the page while it runs, which the content security policy
 * forbids. All themes stand in one static style sheet here, so there is nothing to provide.
 */
export function ThemeProvider({ children }: ThemeProviderProps): ReactNode {
  return children;
}

export default ThemeProvider;
