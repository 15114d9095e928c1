/** The setting of the rule `no-restricted-syntax` that finds texts outside of a catalogue. */
export const TEXTS_IN_CATALOGUES: readonly unknown[];
