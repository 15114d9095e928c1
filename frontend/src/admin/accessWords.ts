import { wordFor } from '../shared/catalogue.ts';
import type { AdminWords } from './words/words.ts';

type Words = AdminWords['accesses'];

/** A kind that a newer service knows is shown under the service's own name. */
export function accessWords(kind: string, { kinds }: Words): string {
  return wordFor(kinds, kind);
}

/** Who it was, with what they do at the vendor. */
export function whoWords(who: string | null, role: string | null, { app, roles }: Words): string {
  if (who === null) {
    return app;
  }
  return role === null ? who : `${who} (${wordFor(roles, role)})`;
}
