/** One request to the service, as a page makes it. */
export interface Outgoing {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON; absent where nothing is sent. */
  readonly body?: unknown;
}

/** The page for reports, opened over another page. */
export interface ReportDialog {
  /** Opens it under this title, with the id of a request that failed; without one where no request did. */
  open(errorId: string | null, title: string): void;
}

/**
 * Where a page meets the product around it: the one thing that differs between Connect and Forge. A build has one of them;
 * `#host` names it (`package.json`).
 */
export interface Host {
  /** A fresh proof of which site and which user the page is open for; empty where the platform adds its own. */
  token(): Promise<string>;
  /** Sends a request and gives whatever was answered. Throws a `LoadError` where nothing was. */
  send(outgoing: Outgoing, token: string, stop: AbortSignal): Promise<Response>;
  /** The language that the user has chosen in the product, such as `de_DE`; nothing where it does not know the question. */
  locale(): Promise<string> | null;
  /** Takes light or dark from the product, and follows it when the user changes it. */
  followTheme(): void;
  /** Gives the frame the height that it needs. */
  fit(content: HTMLElement): void;
  /** Nothing where the product opens no page over another one. */
  dialog(): ReportDialog | null;
  /** What the page that opened this one handed over; silent where none did. */
  handedErrorId(take: (errorId: string) => void): void;
  /** The address of a public page of the service, or nothing while it is not known. */
  publicAddress(path: string): string | null | Promise<string | null>;
  /** Opens an address beside the page; absent where a link does so by itself. */
  readonly openBeside?: (address: string) => void;
  /** The most bytes that all files of a report may have together; nothing where the service's own bounds are the lower ones. */
  readonly filesBytesMax: number | null;
}
