/** A page of the app that the product shows over the one that asks for it. */
export interface DialogOptions {
  /** The key of the module in the descriptor. */
  readonly key: string;
  readonly size: 'x-large';
  /** Whether the product draws a frame with a title around it. */
  readonly chrome: boolean;
  readonly header: string;
  readonly customData: unknown;
}

/** What Atlassian's all.js puts on the window, as far as the pages use it. */
export interface AtlassianHost {
  readonly context?: {
    getToken(callback: (token: string) => void): void;
  };
  readonly theming?: {
    initializeTheming(): void;
  };
  readonly user?: {
    /** The language that the user has chosen in the product, such as `de_DE`. Not every product knows the question. */
    getLocale?(callback: (locale: unknown) => void): void;
  };
  readonly dialog?: {
    create(options: DialogOptions): void;
    getCustomData?(callback: (data: unknown) => void): void;
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
