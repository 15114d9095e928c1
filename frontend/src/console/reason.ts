const LETTERS_LEAST = 3;
const LENGTH_MOST = 500;

/** Whether the service takes this as a reason: it is for somebody who reads it later. */
export function isReason(text: string): boolean {
  const reason = text.trim();
  const letters = reason.match(/[\p{Alphabetic}\p{N}]/gu)?.length ?? 0;
  // Counted as the service does: by characters, and not by units of UTF-16.
  return letters >= LETTERS_LEAST && [...reason].length <= LENGTH_MOST && !/\p{Cc}/u.test(reason);
}
