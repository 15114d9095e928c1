import type { Step } from './deeds.ts';

/** What staff may do to a ticket in this state, as `tickets/state.rs` of the service has it. Closing ends it. */
const STEPS: Readonly<Record<string, readonly Step[]>> = {
  received: ['triage', 'ask', 'solve', 'close'],
  triaged: ['ask', 'solve', 'close'],
  waiting: ['triage', 'solve', 'close'],
  solved: ['reopen', 'close'],
  closed: [],
};

export function stepsFrom(state: string): readonly Step[] {
  return STEPS[state] ?? [];
}

export const TAGS_MOST = 10;
export const TAG_LETTERS_MOST = 40;

/** Tags as they are typed, with commas between them; nothing where one is too long, or there are too many. */
export function tagsOf(typed: string): readonly string[] | null {
  const tags = [...new Set(typed.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
  const areShort = tags.every((tag) => [...tag].length <= TAG_LETTERS_MOST && !/\p{Cc}/u.test(tag));
  return areShort && tags.length <= TAGS_MOST ? tags : null;
}

export const TEXT_MOST = 10_000;

/** What is wrong with a text before it is sent. */
export function textFault(text: string): 'textMissing' | 'textLong' | null {
  if (text.trim() === '') {
    return 'textMissing';
  }
  return [...text.trim()].length > TEXT_MOST ? 'textLong' : null;
}

/** The name of an item or a consent; files are counted. */
export function attachmentNumber(name: string): string | null {
  return /^attachment-(\d+)$/.exec(name)?.[1] ?? null;
}

/** The same of what came with an answer. */
export function replyFileNumber(name: string): string | null {
  return /^reply-file-(\d+)$/.exec(name)?.[1] ?? null;
}
