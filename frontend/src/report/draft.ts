import type { BrowserFacts, PreviewRequest, Severity, Tier } from '../shared/reports.ts';
import type { Format } from '../shared/speech.ts';
import type { ReportWords } from './words/words.ts';

/** A file that was chosen. It is in memory alone. */
export interface ChosenFile {
  readonly name: string;
  readonly bytes: number;
  readonly base64: string;
}

/** What the user wrote. It is in memory alone, and each change is a new one. */
export interface Draft {
  readonly description: string;
  readonly doing: string;
  readonly severity: Severity;
  readonly errorId: string;
  readonly files: readonly ChosenFile[];
}

export type DraftField = keyof Draft;
export type DraftFaults = Readonly<Partial<Record<DraftField, string>>>;

/** In the order in which they stand on the page. */
export const DRAFT_FIELDS: readonly DraftField[] = ['description', 'doing', 'severity', 'errorId', 'files'];

/** The bounds of the service, told before anything is sent. */
export const DESCRIPTION_MAX = 20_000;
export const DOING_MAX = 5_000;
export const FILES_MAX = 3;
export const FILE_BYTES_MAX = 2_000_000;

const ID = /^[A-Za-z0-9_-]{1,64}$/;

function letters(text: string): number {
  return [...text].length;
}

/** An id that the address of the page may name. */
export function idIn(search: string, name: string): string {
  const id = new URLSearchParams(search).get(name) ?? '';
  return ID.test(id) ? id : '';
}

export function emptyDraft(search: string): Draft {
  return { description: '', doing: '', severity: 'normal', errorId: idIn(search, 'errorId'), files: [] };
}

/** The id of a request that failed, unless there is one already or it is none. */
export function withErrorId(draft: Draft, errorId: string): Draft {
  return draft.errorId === '' && ID.test(errorId) ? { ...draft, errorId } : draft;
}

type FaultWords = ReportWords['faults'];

export function faultsOf(draft: Draft, words: FaultWords, { count }: Format): DraftFaults {
  const errorId = draft.errorId.trim();
  return {
    ...(draft.description.trim() === '' && { description: words.description }),
    ...(letters(draft.description) > DESCRIPTION_MAX && { description: words.long(count(DESCRIPTION_MAX)) }),
    ...(letters(draft.doing) > DOING_MAX && { doing: words.long(count(DOING_MAX)) }),
    ...(errorId !== '' && !ID.test(errorId) && { errorId: words.errorId }),
  };
}

/** Why a file is not taken beside those that are, or nothing. The service looks at what is in it. */
export function fileFault(
  { name, size }: { readonly name: string; readonly size: number },
  chosen: readonly ChosenFile[],
  allBytesMax: number | null,
  words: FaultWords,
  format: Format,
): string | null {
  if (chosen.length >= FILES_MAX) {
    return words.files(name, format.count(FILES_MAX));
  }
  if (size === 0) {
    return words.emptyFile(name);
  }
  if (size > FILE_BYTES_MAX) {
    return words.bigFile(name, format.bytes(FILE_BYTES_MAX));
  }
  const together = chosen.reduce((sum, file) => sum + file.bytes, size);
  const isTooMuch = allBytesMax !== null && together > allBytesMax;
  return isTooMuch ? words.allFiles(name, format.bytes(allBytesMax)) : null;
}

interface Wanted {
  readonly draft: Draft;
  readonly mask: readonly string[];
  readonly tier: Tier | null;
  readonly issueId: string;
  readonly browser: BrowserFacts;
}

export function previewRequest({ draft, mask, tier, issueId, browser }: Wanted): PreviewRequest {
  const errorId = draft.errorId.trim();
  return {
    description: draft.description,
    doing: draft.doing,
    severity: draft.severity,
    ...(tier !== null && { tier }),
    ...(errorId !== '' && { errorId }),
    ...(issueId !== '' && { issueId }),
    browser,
    mask,
    attachments: draft.files.map(({ name, base64 }) => ({ name, base64 })),
  };
}
