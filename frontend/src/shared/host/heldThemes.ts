const THEMES = [
  'light',
  'light-future',
  'light-increased-contrast',
  'light-brand-refresh',
  'legacy-light',
  'dark',
  'dark-future',
  'dark-increased-contrast',
  'dark-brand-refresh',
  'legacy-dark',
  'spacing',
  'shape',
  'typography',
  'typography-adg3',
  'typography-modernized',
  'typography-refreshed',
];

/** Where all.js looks for its style sheets: beside itself. */
export function themeAddresses(allJs: string): readonly string[] {
  return THEMES.map((theme) => new URL(`themes/atlaskit-tokens_${theme}.css`, allJs).href);
}

/**
 * Keeps all.js from loading theme style sheets. The page has all themes already, in a newer edition, and its content
 * security policy allows no styles from elsewhere. all.js loads no style sheet that a link in the page names already,
 * so each gets a link that names it and, having no `rel`, loads nothing.
 */
export function holdBackThemes(): void {
  const allJs = document.querySelector<HTMLScriptElement>('script[data-options]')?.src;
  if (!allJs) {
    return;
  }
  for (const address of themeAddresses(allJs)) {
    document.head.append(heldLink({ href: address }));
  }
  // The style sheet of surfaces is recognised by this attribute instead of its address.
  document.head.append(heldLink({ 'data-surface': 'held' }));
}

function heldLink(attributes: Readonly<Record<string, string>>): HTMLLinkElement {
  const link = document.createElement('link');
  for (const [name, value] of Object.entries(attributes)) {
    link.setAttribute(name, value);
  }
  return link;
}
