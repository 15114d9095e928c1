import { get } from './client.ts';
import { count, fields, list, moment, orNull, text } from './read.ts';
import type { Told, WithNull } from './wire.ts';

/** A change in the words of one language. */
export type ChangeSaid = WithNull<Told<'StatementChangeSaid'>>;

/** Of the values in the policy's own words, the page needs only whether there were any. */
export interface StatementChange extends Pick<Told<'StatementChange'>, 'text' | 'material'> {
  readonly reason: string | null;
  readonly isAdded: boolean;
  readonly isRemoved: boolean;
  readonly words: { readonly en: ChangeSaid; readonly de: ChangeSaid };
}

/** The newest version of the privacy statement in the archive. */
export interface StatementVersion extends Pick<Told<'StatementVersion'>, 'number' | 'effectiveAt' | 'inForce'> {
  /** What it changed; nothing for the first version. */
  readonly changes: readonly StatementChange[] | null;
}

export interface StatementState extends Pick<Told<'StatementState'>, 'effectiveAt'> {
  /** Which version is in force; nothing for one that was never published. */
  readonly number: number | null;
  /** Nothing while none is published. */
  readonly newest: StatementVersion | null;
}

function readSaid(value: unknown): ChangeSaid {
  const said = fields<ChangeSaid>(value);
  return { what: text(said.what), before: orNull(said.before, text), after: orNull(said.after, text) };
}

function readChange(value: unknown): StatementChange {
  const change = fields<Told<'StatementChange'>>(value);
  const words = fields<StatementChange['words']>(change.words);
  return {
    text: text(change.text),
    // What is not a clear "no" matters.
    material: change.material !== false,
    reason: orNull(change.reason, text),
    isAdded: orNull(change.before, text) === null,
    isRemoved: orNull(change.after, text) === null,
    words: { en: readSaid(words.en), de: readSaid(words.de) },
  };
}

function readVersion(value: unknown): StatementVersion {
  const version = fields<StatementVersion>(value);
  return {
    number: count(version.number),
    effectiveAt: moment(version.effectiveAt),
    inForce: version.inForce === true,
    changes: orNull(version.changes, (changes) => list(changes).map(readChange)),
  };
}

export function readStatement(body: unknown): StatementState {
  const statement = fields<StatementState>(body);
  return {
    effectiveAt: moment(statement.effectiveAt),
    number: orNull(statement.number, count),
    newest: orNull(statement.newest, readVersion),
  };
}

export function loadStatement(token: string, stop: AbortSignal): Promise<StatementState> {
  return get('/api/v1/statement', token, readStatement, stop);
}
