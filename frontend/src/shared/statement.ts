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

function readChange(value: unknown): StatementChange {
  const change = fields(value);
  // What is not a clear "no" matters.
  return { text: text(change.text), isMaterial: change.material !== false };
}

export function readStatement(body: unknown): StatementVersion {
  const statement = fields(body);
  return {
    number: count(statement.number),
    effectiveAt: moment(statement.effectiveAt),
    isInForce: statement.inForce === true,
    changes: orNull(statement.changes, (changes) => list(changes).map(readChange)),
  };
}

export function loadStatement(token: string, stop: AbortSignal): Promise<StatementVersion> {
  return get('/api/v1/statement', token, readStatement, stop);
}
