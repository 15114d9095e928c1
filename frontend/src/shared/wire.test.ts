import { readdirSync, readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

const FOLDER = new URL('../', import.meta.url);
const { paths } = JSON.parse(readFileSync(new URL('../openapi.json', FOLDER), 'utf8')) as { paths: Record<string, object> };

/** Where the service is called, each path with what varies in it as `{}`, and with its method where one stands beside it. */
function calls(): readonly { readonly file: string; readonly method: string | null; readonly path: string }[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.test)\.tsx?$/.test(name));
  return files.flatMap((file) => {
    const source = readFileSync(new URL(file, FOLDER), 'utf8');
    const prefix = file.startsWith('console/') ? '/console/api/v1' : '';
    const found = source.matchAll(/(?:method: '([A-Z]+)', )?path: ['`]((?:\/|\$\{[^}]*\}|[^'`?$])*)|['`](\/api\/v1\/(?:\$\{[^}]*\}|[^'`?$])*)/g);
    return [...found].map(([, method = null, called, plain = '']) => {
      const path = called === undefined ? plain : `${prefix}${called}`;
      return { file, method, path: path.replaceAll(/\$\{[^}]*\}/g, '{}') };
    });
  });
}

it('is what the pages call: no address or method that the service does not describe', () => {
  const described = new Map(Object.entries(paths).map(([path, methods]) => [path.replaceAll(/\{[^}]*\}/g, '{}'), methods]));
  // Forge carries every path of the pages, under a name of its own.
  const known = calls().filter(({ path }) => !path.startsWith('{}') && path !== '/forge{}');
  expect(known.length).toBeGreaterThan(20);
  const strange = known.filter(({ method, path }) => {
    const methods = described.get(path);
    return methods === undefined || (method !== null && !Object.hasOwn(methods, method.toLowerCase()));
  });
  expect(strange).toEqual([]);
});
