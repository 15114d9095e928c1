import type { Page } from '@playwright/test';

/** What the service says in states that are long in coming, or that a test cannot bring about by itself. */
type Path = string | RegExp;

const NOT_NOW = { code: 'unavailable', title: 'Not now.', requestId: 'abc123' };

/** Holds answers back until they are let go. Pages that are opened afterwards wait for as long as that takes. */
export async function hold(page: Page, path: Path): Promise<() => void> {
  await page.addInitScript(() => {
    AbortSignal.timeout = () => new AbortController().signal;
  });
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(path, async (route) => {
    await held;
    // The page may have gone meanwhile.
    await route.continue().catch(() => undefined);
  });
  return release;
}

/** Refuses calls, or those alone that send something like this. */
export async function refuse(page: Page, path: Path, status = 503, code = 'unavailable', sent = /^/): Promise<void> {
  const body = JSON.stringify({ ...NOT_NOW, code });
  await page.route(path, (route) =>
    sent.test(route.request().postData() ?? '') ? route.fulfill({ status, contentType: 'application/problem+json', body }) : route.continue(),
  );
}

export async function cutOff(page: Page, path: Path): Promise<void> {
  await page.route(path, (route) => route.abort('connectionfailed'));
}

type Answer = Record<string, unknown>;

/** The service's own answer, with something in it changed. */
export async function change(page: Page, path: Path, changed: Answer | ((answer: Answer) => Answer)): Promise<void> {
  await page.route(path, async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as Answer;
    const json = typeof changed === 'function' ? changed(answer) : { ...answer, ...changed };
    await route.fulfill({ response, json });
  });
}
