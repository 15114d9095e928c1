type Appearance = 'success' | 'warning' | 'danger' | 'neutral';

export interface StateView {
  readonly label: string;
  readonly appearance: Appearance;
}

const STATES: Readonly<Record<string, StateView>> = {
  active: { label: 'Active', appearance: 'success' },
  disabled: { label: 'Disabled', appearance: 'neutral' },
  suspected: { label: 'Deletion scheduled', appearance: 'warning' },
  marked: { label: 'Uninstalled', appearance: 'warning' },
  erasing: { label: 'Being deleted', appearance: 'danger' },
};

/** The reason of a deletion that an administrator asked for. */
export const ASKED = 'asked';

/** A state that a newer service knows is shown under the service's own name. */
export function stateView(state: string, reason: string | null): StateView {
  // The app has not left the site when its data is only asked to go.
  const isAsked = state === 'marked' && reason === ASKED;
  return STATES[isAsked ? 'suspected' : state] ?? { label: state, appearance: 'neutral' };
}

const REASONS: Readonly<Record<string, string>> = {
  lapsed: 'The licence of the app has ended on this site. A renewed licence stops the deletion.',
  unreachable: 'Your site has refused the requests of the app for some time. The deletion stops when it answers again.',
  asked: 'It was asked for, and can be undone until that date.',
  superseded: 'A newer installation of the app exists for the same site. The deletion stops when this one is used.',
};

/** Why data is going to be deleted, or nothing when the service gives no reason. */
export function reasonSentence(reason: string | null): string | null {
  return reason === null ? null : (REASONS[reason] ?? `Reason: ${reason}.`);
}
