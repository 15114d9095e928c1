import { host } from '#host';
import { useEffect, useRef, useState } from 'react';

import type { Failure } from '../shared/failure.ts';
import { askForPreview, type Preview, sendReport, type Ticket, type Tier } from '../shared/reports.ts';
import { useSpeech } from '../shared/speech.ts';
import { useAction } from '../shared/useAction.ts';
import { browserFacts } from './browser.ts';
import { type Contact, kept, ReportKey, reportOf, type Switches } from './choice.ts';
import { type Draft, emptyDraft, idIn, previewRequest, withErrorId } from './draft.ts';

/** A preview, and what it is the preview of. */
interface Seen {
  readonly preview: Preview;
  readonly draft: Draft;
  readonly mask: readonly string[];
}

export interface ReportState {
  readonly draft: Draft;
  readonly seen: Seen | null;
  /** Whether the report was changed after its preview was made. */
  readonly isStale: boolean;
  readonly switches: Switches;
  readonly contact: Contact;
  readonly isLooking: boolean;
  readonly isSending: boolean;
  readonly lookFailure: Failure | null;
  readonly sendFailure: Failure | null;
  /** What was to be masked and stands nowhere. */
  readonly notFound: string | null;
  readonly ticket: Ticket | null;
  readonly edit: (changes: Partial<Draft>) => void;
  readonly editContact: (changes: Partial<Contact>) => void;
  readonly turn: (name: string, isOn: boolean) => void;
  /** Shows what would be sent. What is left out stays as it is. */
  readonly look: (changes?: { readonly mask?: readonly string[]; readonly tier?: Tier }) => Promise<boolean>;
  readonly send: () => Promise<void>;
  readonly startAnew: () => void;
}

const NO_CONTACT: Omit<Contact, 'language'> = {
  email: '',
  forAdministrators: false,
  forExperts: false,
  isPrivacy: false,
  isFollowing: true,
};

/** A report from the first word to its number. All of it is in memory alone, and no failure takes anything away. */
export function useReport(): ReportState {
  const search = window.location.search;
  const [draft, setDraft] = useState(() => emptyDraft(search));
  // Mails come in the language of the page, until another one is chosen.
  const { language } = useSpeech();
  const [contact, setContact] = useState<Contact>({ ...NO_CONTACT, language });
  const [seen, setSeen] = useState<Seen | null>(null);
  const [tier, setTier] = useState<Tier | null>(null);
  const [switches, setSwitches] = useState<Switches>({});
  const [lookFailure, setLookFailure] = useState<Failure | null>(null);
  const [sendFailure, setSendFailure] = useState<Failure | null>(null);
  const [notFound, setNotFound] = useState<string | null>(null);
  const [ticket, setTicket] = useState<Ticket | null>(null);
  const looking = useAction();
  const sending = useAction();
  const key = useRef(new ReportKey());

  // Opened from a page on which something failed, the report knows which request it was.
  useEffect(() => host.handedErrorId((errorId) => setDraft((before) => withErrorId(before, errorId))), []);

  const look: ReportState['look'] = async (changes = {}) => {
    const mask = changes.mask ?? seen?.mask ?? [];
    const wanted = changes.tier ?? tier;
    setLookFailure(null);
    setNotFound(null);
    const request = previewRequest({ draft, mask, tier: wanted, issueId: idIn(search, 'issueId'), browser: browserFacts() });
    const outcome = await looking.run((token, stop) => askForPreview(request, token, stop));
    if (outcome?.state === 'failed') {
      setLookFailure(outcome.failure);
    }
    if (outcome?.state !== 'ready') {
      return false;
    }
    const preview = outcome.value;
    const [first] = preview.unmatched;
    // Whoever agreed to send a file or content agreed to that one, and not to what stands in its place now. Where only
    // more is masked, less of it goes.
    const isSame = seen !== null && seen.draft.files === draft.files && seen.preview.tier === preview.tier;
    setSwitches((before) => (isSame || seen === null ? before : kept(before, seen.preview, preview)));
    setNotFound(first === undefined ? null : (mask[first] ?? null));
    setSeen({ preview, draft, mask: mask.filter((_, at) => !preview.unmatched.includes(at)) });
    setTier(wanted);
    setSendFailure(null);
    return true;
  };

  const send = async () => {
    if (seen === null) {
      return;
    }
    setSendFailure(null);
    const report = reportOf(seen.preview, switches, contact);
    const outcome = await sending.run((token, stop) => sendReport(report, key.current.of(report), token, stop));
    if (outcome?.state === 'ready') {
      setTicket(outcome.value);
    } else if (outcome?.state === 'failed') {
      setSendFailure(outcome.failure);
    }
  };

  const startAnew = () => {
    setDraft(emptyDraft(''));
    setSeen(null);
    setTier(null);
    setSwitches({});
    setNotFound(null);
    setTicket(null);
  };

  return {
    draft,
    seen,
    isStale: seen !== null && seen.draft !== draft,
    switches,
    contact,
    isLooking: looking.isRunning,
    isSending: sending.isRunning,
    lookFailure,
    sendFailure,
    notFound,
    ticket,
    edit: (changes) => setDraft((before) => ({ ...before, ...changes })),
    editContact: (changes) => setContact((before) => ({ ...before, ...changes })),
    turn: (name, isOn) => setSwitches((before) => ({ ...before, [name]: isOn })),
    look,
    send,
    startAnew,
  };
}
