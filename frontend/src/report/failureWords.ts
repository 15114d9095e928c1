import type { Failure } from '../shared/failure.ts';
import { type FailureMessage, failureMessage } from '../shared/failureMessage.ts';

/** A reload would lose what was written, so nobody is told to do that first. */
const BEFORE_RELOAD = 'If that does not help, copy what you wrote, and reload the whole page.';

/** Says what happened to a report on its way, and that nothing of it is lost. */
export function reportFailureMessage(failure: Failure): FailureMessage {
  if (failure.kind === 'network') {
    return {
      title: 'The app could not be reached',
      text: 'Check your connection to the internet, and try again. If the report did arrive, trying again makes no second one.',
    };
  }
  if (failure.kind === 'no-host') {
    return { title: 'Your site does not answer', text: `Try again. ${BEFORE_RELOAD}` };
  }
  if (failure.kind === 'unreadable') {
    return { title: 'The answer could not be read', text: `Try again. ${BEFORE_RELOAD}` };
  }
  if (failure.status === 401) {
    return {
      title: 'The app could not confirm who you are',
      text: `Your session may have ended. Sign in to your site in another tab if you have to, and try again here. ${BEFORE_RELOAD}`,
    };
  }
  if (failure.status === 413) {
    return { title: 'This is too large to send', text: 'Take a file out, or choose smaller ones, and try again.' };
  }
  return failureMessage(failure);
}
