import { createRequire } from 'node:module';

// The CommonJS build is asked for, because the package's ES modules name their files without an extension,
// which Node refuses.
const require = createRequire(import.meta.url);
const { setBooleanFeatureFlagResolver } = require('@atlaskit/platform-feature-flags/setBooleanFeatureFlagResolver');
const { default: getThemeStyles } = require('@atlaskit/tokens/get-theme-styles');

const THEMES = {
  colorMode: 'auto',
  light: 'light',
  dark: 'dark',
  spacing: 'spacing',
  typography: 'typography',
  shape: 'shape',
  motion: 'motion',
};

// Atlassian's own selectors ask for a `data-theme` attribute. Its all.js writes another value there than these themes
// expect and loads older ones, which would switch the typography off and win over the dark colours. These selectors do
// not look at that attribute, and they are more specific than any of Atlassian's.
const ALWAYS = ':root:root:root';
const DARK = 'html[data-color-mode="dark"]:root:root:root';

// Matches the selector list of the one rule in each theme that sets the tokens.
const THEME_SELECTORS = /html\[data-(?:color-mode|theme)[^{]*\{/g;

function withOwnSelectors({ id, css }) {
  let replaced = 0;
  const rewritten = css.replace(THEME_SELECTORS, () => {
    replaced += 1;
    return `${id === 'dark' ? DARK : ALWAYS} {`;
  });
  if (replaced !== 1) {
    throw new Error(`The theme "${id}" has ${replaced} rules that set tokens, and exactly 1 was expected.`);
  }
  return rewritten.trim();
}

/** All design tokens as one static style sheet, so that no style has to be added while a page runs. */
export async function tokensCss() {
  setBooleanFeatureFlagResolver(() => false);
  const themes = await getThemeStyles(THEMES);
  const missing = Object.values(THEMES).filter((id) => id !== 'auto' && !themes.some((theme) => theme.id === id));
  if (missing.length > 0) {
    throw new Error(`No styles were made for: ${missing.join(', ')}.`);
  }
  return `${themes.map(withOwnSelectors).join('\n\n')}\n`;
}
