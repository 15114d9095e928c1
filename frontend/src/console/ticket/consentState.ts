import type { Consent } from './ticket.ts';

type ConsentState = 'needsConsent' | 'hasConsent' | 'consentWithdrawn';

/** How it stands with the consent that an item needs. */
export function consentState(name: string, consents: readonly Consent[]): ConsentState {
  const consent = consents.find(({ item }) => item === name);
  if (consent === undefined) {
    return 'needsConsent';
  }
  return consent.withdrawnAt === null ? 'hasConsent' : 'consentWithdrawn';
}
