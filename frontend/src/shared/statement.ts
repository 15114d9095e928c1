import { get } from './client.ts';
import { count, fields, list, moment, orNull, text } from './read.ts';

export interface StatementChange {
  readonly text: string;
  readonly isMaterial: boolean;
}

/** The newest version of the privacy statement in the archive. */
export interface StatementVersion {
  readonly number: number;
  readonly effectiveAt: string;
  readonly isInForce: boolean;
  /** What it changed; nothing for the first version. */
  readonly changes: readonly StatementChange[] | null;
}

export interface StatementState {
  /** Since when the one in force stands as it does. */
  readonly effectiveAt: string;
  /** Nothing while none is published. */
  readonly newest: StatementVersion | null;
}

function readChange(value: unknown): StatementChange {
  const change = fields(value);
  // What is not a clear "no" matters.
  return { text: text(change.text), isMaterial: change.material !== false };
}

function readVersion(value: unknown): StatementVersion {
  const version = fields(value);
  return {
    number: count(version.number),
    effectiveAt: moment(version.effectiveAt),
    isInForce: version.inForce === true,
    changes: orNull(version.changes, (changes) => list(changes).map(readChange)),
  };
}

export function readStatement(body: unknown): StatementState {
  const statement = fields(body);
  return { effectiveAt: moment(statement.effectiveAt), newest: orNull(statement.newest, readVersion) };
}

export function loadStatement(token: string, stop: AbortSignal): Promise<StatementState> {
  return get('/api/v1/statement', token, readStatement, stop);
}
