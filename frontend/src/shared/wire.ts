import type { components } from '../../generated/api.d.ts';

type Schemas = components['schemas'];

/** What the service sends and takes, as it describes that itself. The name is that of the schema in `openapi.json`. */
export type Wire<Name extends keyof Schemas> = Schemas[Name];

/** The same where a page shows the service's words, or passes them on: a newer service may have more of them. */
export type Told<Name extends keyof Schemas> = AnyWords<Schemas[Name]>;

type AnyWords<Value> = Value extends string
  ? string
  : Value extends object
    ? { readonly [Member in keyof Value]: AnyWords<Value[Member]> }
    : Value;

/** A list that comes in parts, as its page holds it. */
export type ItemOf<List extends { readonly items: readonly unknown[] }> = List['items'][number];

/** As a page holds what may be absent: as nothing. */
export type WithNull<Value> = {
  readonly [Member in keyof Value]-?: undefined extends Value[Member] ? Exclude<Value[Member], undefined> | null : Value[Member];
};
