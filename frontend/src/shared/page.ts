import { fields, list, nullable, text } from './read.ts';

/** A part of a list that the service hands out in parts. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next part begins; nothing after the last one. */
  readonly next: string | null;
}

export function readPage<Item>(body: unknown, name: string, read: (item: unknown) => Item): Page<Item> {
  const page = fields(body);
  return { items: list(page[name]).map(read), next: nullable(page.next, text) };
}

/** A path with the parameters that have a value. */
export function withQuery(path: string, parameters: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) {
      query.set(name, value);
    }
  }
  return query.size === 0 ? path : `${path}?${query}`;
}
