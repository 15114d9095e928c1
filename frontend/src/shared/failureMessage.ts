import type { Failure } from './failure.ts';
import { formatCount } from './format.ts';

export interface FailureMessage {
  readonly title: string;
  readonly text: string;
}

function waitSentence(seconds: number | null): string {
  if (seconds === null) {
    return 'Please try again in a moment.';
  }
  return seconds === 1 ? 'Please try again in 1 second.' : `Please try again in ${formatCount(seconds)} seconds.`;
}

/** The service writes its titles as sentences; a heading has no full stop. */
function heading(title: string | null, fallback: string): string {
  return title?.replace(/\.$/, '') ?? fallback;
}

function refusedMessage(failure: Extract<Failure, { kind: 'refused' }>): FailureMessage {
  if (failure.status === 401) {
    return {
      title: 'You are not signed in to the app',
      text: 'The app could not confirm which site and user this page is open for. Reload the whole page, and sign in to your site again if that does not help.',
    };
  }
  if (failure.code === 'admin_required') {
    return {
      title: 'Only administrators can see this',
      text: 'Only administrators of this site can see what the app stores. Please ask one of them.',
    };
  }
  if (failure.status === 403) {
    return {
      title: heading(failure.title, 'The app may not show this'),
      text: failure.detail ?? 'The app refuses this request for your site or user.',
    };
  }
  if (failure.code === 'invalid_body') {
    return {
      title: 'The app does not accept this',
      text: failure.detail ?? 'Something in it is not as the app expects. Check it, and try again.',
    };
  }
  if (failure.status === 429) {
    return { title: 'Too many requests', text: waitSentence(failure.retryAfterSeconds) };
  }
  if (failure.code === 'host_unavailable') {
    return { title: 'Your site did not answer the app', text: waitSentence(failure.retryAfterSeconds) };
  }
  if (failure.status === 503) {
    return { title: 'The app cannot answer right now', text: waitSentence(failure.retryAfterSeconds) };
  }
  return {
    title: heading(failure.title, 'The app could not answer'),
    text: failure.detail ?? 'Something went wrong in the app. Please try again.',
  };
}

/** Says what happened and what the user can do about it. */
export function failureMessage(failure: Failure): FailureMessage {
  switch (failure.kind) {
    case 'refused':
      return refusedMessage(failure);
    case 'network':
      return {
        title: 'The app could not be reached',
        text: 'Check your connection to the internet, and try again.',
      };
    case 'no-host':
      return {
        title: 'Your site does not answer',
        text: 'This page works only inside Jira or Confluence. Open it from there, or reload the whole page if you did.',
      };
    case 'unreadable':
      return {
        title: 'The answer could not be read',
        text: 'The app sent something that this page does not understand, so nothing is shown. Reload the whole page to get its newest version.',
      };
  }
}
