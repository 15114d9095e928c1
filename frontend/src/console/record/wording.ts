import type { Wording } from '../ticket/canned.ts';

const TITLE_MOST = 100;
const BODY_MOST = 8_000;

/** The first word in braces that is no placeholder, as the service looks for it. */
export function unknownPlaceholder(body: string, placeholders: readonly string[]): string | null {
  for (const found of body.matchAll(/\{([^}]*)\}/g)) {
    const name = found[1] ?? '';
    if (!placeholders.includes(name)) {
      return name;
    }
  }
  return null;
}

export interface WordingFaults {
  readonly title: boolean;
  readonly body: boolean;
  /** A word in braces that is no placeholder. */
  readonly unknown: string | null;
}

export function wordingFaults({ title, body }: Wording, placeholders: readonly string[]): WordingFaults {
  const letters = [...title.trim()].length;
  const length = [...body].length;
  return {
    title: letters < 1 || letters > TITLE_MOST,
    body: body.trim() === '' || length > BODY_MOST,
    unknown: unknownPlaceholder(body, placeholders),
  };
}

export function isFaultless({ title, body, unknown }: WordingFaults): boolean {
  return !title && !body && unknown === null;
}
