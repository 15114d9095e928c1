import { type ManifestItem, type PreviewItem, readManifestItem } from '../../shared/items.ts';
import { count, fields, list, moment, nullable, orNull, text } from '../../shared/read.ts';
import { ask, segment } from '../api.ts';
import type { Told, Wire, WithNull } from '../../shared/wire.ts';

export type Message = Told<'TicketMessage'>;

export type Consent = Told<'TicketConsent'>;

/** A part that there was not, and why. */
export type Lacking = WithNull<Told<'Lacking'>>;

/** Everything of a ticket but what was sent with it. */
export type Ticket = Omit<Told<'Ticket'>, 'items' | 'missing'> & {
  readonly items: readonly ManifestItem[];
  readonly missing: readonly Lacking[];
};

/** What was sent, to whoever has said why they look. */
export type Bundle = Pick<Told<'Bundle'>, 'until'> & { readonly items: readonly PreviewItem[] };

export type Alike = Told<'AlikeTicket'>;

function readFile(value: unknown): Message['files'][number] {
  const file = fields<Told<'SentFile'>>(value);
  return { name: text(file.name), media: text(file.media), bytes: count(file.bytes) };
}

function readMessage(value: unknown): Message {
  const message = fields<Message>(value);
  return {
    kind: text(message.kind),
    at: moment(message.at),
    author: nullable(message.author, text),
    text: text(message.text),
    files: list(message.files).map(readFile),
  };
}

function readLacking(value: unknown): Lacking {
  const lacking = fields<Lacking>(value);
  return { name: text(lacking.name), code: orNull(lacking.code, text), why: text(lacking.why) };
}

function readConsent(value: unknown): Consent {
  const consent = fields<Consent>(value);
  return {
    item: text(consent.item),
    statementVersion: count(consent.statementVersion),
    givenAt: moment(consent.givenAt),
    withdrawnAt: nullable(consent.withdrawnAt, moment),
  };
}

export function readTicket(body: unknown): Ticket {
  const ticket = fields<Ticket>(body);
  return {
    number: text(ticket.number),
    state: text(ticket.state),
    severity: text(ticket.severity),
    priority: text(ticket.priority),
    product: text(ticket.product),
    source: text(ticket.source),
    tenant: text(ticket.tenant),
    assignee: nullable(ticket.assignee, text),
    isPrivacy: ticket.isPrivacy === true,
    mergedInto: nullable(ticket.mergedInto, text),
    followers: list(ticket.followers).map(text),
    known: nullable(ticket.known, text),
    namesError: ticket.namesError === true,
    email: text(ticket.email),
    language: text(ticket.language),
    tier: text(ticket.tier),
    createdAt: moment(ticket.createdAt),
    updatedAt: moment(ticket.updatedAt),
    closedAt: nullable(ticket.closedAt, moment),
    closeReason: nullable(ticket.closeReason, text),
    issue: nullable(ticket.issue, text),
    fixedIn: nullable(ticket.fixedIn, text),
    goesAt: moment(ticket.goesAt),
    siteHasLeft: ticket.siteHasLeft === true,
    snoozedUntil: nullable(ticket.snoozedUntil, moment),
    respondBy: nullable(ticket.respondBy, moment),
    respondedAt: nullable(ticket.respondedAt, moment),
    isOverdue: ticket.isOverdue === true,
    tags: list(ticket.tags).map(text),
    messages: list(ticket.messages).map(readMessage),
    items: list(ticket.items).map(readManifestItem),
    leftOut: list(ticket.leftOut).map(text),
    missing: list(ticket.missing).map(readLacking),
    consents: list(ticket.consents).map(readConsent),
    grantedUntil: nullable(ticket.grantedUntil, moment),
  };
}

export function readBundle(body: unknown): Bundle {
  const bundle = fields<Bundle>(body);
  const item = (value: unknown): PreviewItem => {
    const { item, content } = fields<Told<'BundleItem'>>(value);
    return { ...readManifestItem(item), content: text(content) };
  };
  return { until: moment(bundle.until), items: list(bundle.items).map(item) };
}

function readAlike(body: unknown): readonly Alike[] {
  return list(fields<Told<'AlikeTickets'>>(body).items).map((value) => {
    const alike = fields<Alike>(value);
    const { number, state, isMerged, createdAt } = alike;
    return { number: text(number), state: text(state), isMerged: isMerged === true, createdAt: moment(createdAt) };
  });
}

export function loadTicket(number: string, stop: AbortSignal): Promise<Ticket> {
  return ask({ method: 'GET', path: `/tickets/${segment(number)}` }, readTicket, stop);
}

export function loadAlike(number: string, stop: AbortSignal): Promise<readonly Alike[]> {
  return ask({ method: 'GET', path: `/tickets/${segment(number)}/alike` }, readAlike, stop);
}

/** Says why somebody looks, and looks. */
export async function openBundle(number: string, reason: string, stop: AbortSignal): Promise<Bundle> {
  const path = `/tickets/${segment(number)}/bundle`;
  await ask({ method: 'POST', path, body: { reason } satisfies Wire<'AccessReason'> }, fields, stop);
  return loadBundle(number, stop);
}

/** What was sent. A bundle may be some megabytes large. */
export function loadBundle(number: string, stop: AbortSignal): Promise<Bundle> {
  const path = `/tickets/${segment(number)}/bundle`;
  return ask({ method: 'GET', path, withinMilliseconds: 120_000 }, readBundle, stop);
}
