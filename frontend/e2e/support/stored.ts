import type { BrowserContext } from '@playwright/test';

interface Named {
  readonly name: string;
}

/** What Playwright says of an origin. Its types leave the databases out. */
interface Kept {
  readonly origin: string;
  readonly localStorage: readonly Named[];
  readonly indexedDB?: readonly Named[];
}

/** The console's session is a cookie that no script can read. */
const SESSION = '__Host-kept';

/** What pages of this origin have left in the browser: by their name, cookies but for the console's session, and everything in stores. */
export async function storedBy(context: BrowserContext, origin: string): Promise<readonly string[]> {
  const { hostname } = new URL(origin);
  const { cookies, origins } = await context.storageState({ indexedDB: true });
  const set = cookies.filter(({ domain, name, httpOnly }) => domain === hostname && !(name === SESSION && httpOnly));
  const own = (origins as readonly Kept[]).filter((one) => one.origin === origin);
  const kept = own.flatMap(({ localStorage, indexedDB = [] }) => [...localStorage, ...indexedDB]);
  return [...set, ...kept].map(({ name }) => name).concat(await keptForTheTab(context, origin));
}

/** What a tab keeps goes with it, so it is looked for in those that are open. */
async function keptForTheTab(context: BrowserContext, origin: string): Promise<readonly string[]> {
  const frames = context.pages().flatMap((page) => page.frames()).filter((frame) => frame.url().startsWith(`${origin}/`));
  const names = await Promise.all(frames.map((frame) => frame.evaluate(namesInTab)));
  return names.flat();
}

/** Runs in the page. A document that the browser keeps away from its store, such as one that is on its way, has nothing there. */
function namesInTab(): string[] {
  try {
    return Object.keys(sessionStorage);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'SecurityError') {
      return [];
    }
    throw error;
  }
}
