/** What Atlassian's all.js puts on the window, as far as the pages use it. */
export interface AtlassianHost {
  readonly context?: {
    getToken(callback: (token: string) => void): void;
  };
  readonly theming?: {
    initializeTheming(): void;
  };
  resize?(width: string, height: string): void;
  sizeToParent?(): void;
}

declare global {
  interface Window {
    readonly AP?: AtlassianHost;
  }
}

/** The product that embeds the page, or nothing when the page stands alone or all.js could not be loaded. */
export function atlassianHost(): AtlassianHost | undefined {
  return window.AP;
}
