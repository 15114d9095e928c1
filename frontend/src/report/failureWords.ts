import type { Failure } from '../shared/failure.ts';
import { type FailureMessage, failureMessage } from '../shared/failureMessage.ts';
import type { SharedWords } from '../shared/words/words.ts';
import type { ReportWords } from './words/words.ts';

/**
 * Says what happened to a report on its way, and that nothing of it is lost. A reload would lose what was written, so nobody
 * is told to do that first.
 */
export function reportFailureMessage(
  failure: Failure,
  words: ReportWords['failures'],
  shared: SharedWords,
): FailureMessage {
  if (failure.kind === 'network' || failure.kind === 'unreadable') {
    return { ...words[failure.kind], said: null };
  }
  if (failure.kind === 'no-host') {
    return { ...words.noHost, said: null };
  }
  if (failure.status === 401) {
    return { ...words.signedOut, said: null };
  }
  return failure.status === 413 ? { ...words.tooLarge, said: null } : failureMessage(failure, shared);
}
