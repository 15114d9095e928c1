import { type ManifestItem, type PreviewItem, readManifestItem } from '../../shared/items.ts';
import { count, fields, list, moment, nullable, text } from '../../shared/read.ts';
import { ask, segment } from '../api.ts';

export interface Message {
  readonly kind: string;
  readonly at: string;
  readonly author: string | null;
  readonly text: string;
}

export interface Consent {
  readonly item: string;
  readonly statementVersion: number;
  readonly givenAt: string;
  readonly withdrawnAt: string | null;
}

/** A part that there was not, and why. */
export interface Lacking {
  readonly name: string;
  readonly why: string;
}

/** Everything of a ticket but what was sent with it. */
export interface Ticket {
  readonly number: string;
  readonly state: string;
  readonly severity: string;
  readonly priority: string;
  readonly product: string;
  readonly tenant: string;
  readonly assignee: string | null;
  readonly isPrivacy: boolean;
  readonly mergedInto: string | null;
  readonly followers: readonly string[];
  readonly email: string;
  readonly language: string;
  readonly tier: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly closeReason: string | null;
  readonly goesAt: string;
  readonly tags: readonly string[];
  readonly messages: readonly Message[];
  readonly items: readonly ManifestItem[];
  readonly leftOut: readonly string[];
  readonly missing: readonly Lacking[];
  readonly consents: readonly Consent[];
  readonly grantedUntil: string | null;
}

/** What was sent, to whoever has said why they look. */
export interface Bundle {
  readonly until: string;
  readonly items: readonly PreviewItem[];
}

export interface Alike {
  readonly number: string;
  readonly state: string;
  readonly isMerged: boolean;
  readonly createdAt: string;
}

function readMessage(value: unknown): Message {
  const message = fields(value);
  return {
    kind: text(message.kind),
    at: moment(message.at),
    author: nullable(message.author, text),
    text: text(message.text),
  };
}

function readLacking(value: unknown): Lacking {
  const lacking = fields(value);
  return { name: text(lacking.name), why: text(lacking.why) };
}

function readConsent(value: unknown): Consent {
  const consent = fields(value);
  return {
    item: text(consent.item),
    statementVersion: count(consent.statementVersion),
    givenAt: moment(consent.givenAt),
    withdrawnAt: nullable(consent.withdrawnAt, moment),
  };
}

export function readTicket(body: unknown): Ticket {
  const ticket = fields(body);
  return {
    number: text(ticket.number),
    state: text(ticket.state),
    severity: text(ticket.severity),
    priority: text(ticket.priority),
    product: text(ticket.product),
    tenant: text(ticket.tenant),
    assignee: nullable(ticket.assignee, text),
    isPrivacy: ticket.isPrivacy === true,
    mergedInto: nullable(ticket.mergedInto, text),
    followers: list(ticket.followers).map(text),
    email: text(ticket.email),
    language: text(ticket.language),
    tier: text(ticket.tier),
    createdAt: moment(ticket.createdAt),
    updatedAt: moment(ticket.updatedAt),
    closedAt: nullable(ticket.closedAt, moment),
    closeReason: nullable(ticket.closeReason, text),
    goesAt: moment(ticket.goesAt),
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
  const bundle = fields(body);
  const item = (value: unknown): PreviewItem => {
    const { item, content } = fields(value);
    return { ...readManifestItem(item), content: text(content) };
  };
  return { until: moment(bundle.until), items: list(bundle.items).map(item) };
}

function readAlike(body: unknown): readonly Alike[] {
  return list(fields(body).items).map((value) => {
    const alike = fields(value);
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
  await ask({ method: 'POST', path, body: { reason } }, fields, stop);
  return loadBundle(number, stop);
}

/** What was sent. A bundle may be some megabytes large. */
export function loadBundle(number: string, stop: AbortSignal): Promise<Bundle> {
  const path = `/tickets/${segment(number)}/bundle`;
  return ask({ method: 'GET', path, withinMilliseconds: 120_000 }, readBundle, stop);
}
