import { holdBackThemes } from './heldThemes.ts';
import { atlassianHost } from './host.ts';

/** Takes light or dark from the product, and follows it when the user changes it. */
export function followTheme(): void {
  holdBackThemes();
  atlassianHost()?.theming?.initializeTheming();
}
