import { LoadError } from './failure.ts';

/**
 * Readers for the fields of an answer. They refuse what is not as agreed, so that a page shows a message
 * instead of a wrong number.
 */
export type Fields<Value = Record<string, unknown>> = { readonly [Member in keyof Value]?: unknown };

export function refuse(): never {
  throw new LoadError({ kind: 'unreadable' });
}

/** The members of an object, unread. The type says which ones there may be, so that none is misspelt. */
export function fields<Value = Record<string, unknown>>(value: unknown): Fields<Value> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : refuse();
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : refuse();
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : refuse();
}

export function flag(value: unknown): boolean {
  return typeof value === 'boolean' ? value : refuse();
}

/** A whole number that counts something. */
export function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : refuse();
}

/** A time as RFC 3339. */
export function moment(value: unknown): string {
  const written = text(value);
  return Number.isNaN(Date.parse(written)) ? refuse() : written;
}

export function orNull<Value>(value: unknown, read: (value: unknown) => Value): Value | null {
  return value === null || value === undefined ? null : read(value);
}

/** Unlike `orNull`, this one asks for the member to be there. */
export function nullable<Value>(value: unknown, read: (value: unknown) => Value): Value | null {
  return value === null ? null : read(value);
}

/** A reader for one of a closed list of words. */
export function oneOf<const Word extends string>(words: readonly Word[]): (value: unknown) => Word {
  return (value) => words.find((word) => word === value) ?? refuse();
}
