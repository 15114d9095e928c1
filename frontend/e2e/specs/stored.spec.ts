import { expect, test } from '../support/fixtures.ts';
import { alone, loaded } from '../support/look.ts';
import { storedBy } from '../support/stored.ts';

/** Each way in which a page could keep something, as a page of the service would do it. */
const WAYS = {
  'local storage': () => localStorage.setItem('kept-here', 'a draft'),
  'session storage': () => sessionStorage.setItem('kept-here', 'a draft'),
  'a cookie': () => void (document.cookie = 'kept-here=a draft'),
  'a database': () =>
    new Promise<void>((resolve, reject) => {
      const opening = indexedDB.open('kept-here');
      opening.onupgradeneeded = () => void opening.result.createObjectStore('drafts');
      opening.onsuccess = () => resolve(opening.result.close());
      opening.onerror = () => reject(new Error('no database'));
    }),
} as const;

/** Takes away again what was stored, since that is what every test is looked at for. */
function forget(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
  document.cookie = 'kept-here=; max-age=0';
  return new Promise((resolve) => {
    const deleting = indexedDB.deleteDatabase('kept-here');
    deleting.onsuccess = () => resolve();
  });
}

test('whatever a page stored would be found', async ({ context, page, world }) => {
  await page.goto(`${world.serviceUrl}/privacy?lang=en`);
  await loaded(alone(page));
  for (const [what, store] of Object.entries(WAYS)) {
    await page.evaluate(store);
    expect(await storedBy(context, world.serviceUrl), what).toEqual(['kept-here']);
    await page.evaluate(forget);
    expect(await storedBy(context, world.serviceUrl), `${what}, gone again`).toEqual([]);
  }
});
