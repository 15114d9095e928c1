const inBoth = (what: string, before?: string, after?: string) => ({ en: { what, before, after }, de: { what, before, after } });

/** Changes of the statement, as the service tells them: one that matters, and one that was added. */
export const CHANGES = [
  {
    text: 'classes › operation › kinds › webhook › retention: 14 days → 9 days',
    material: true,
    at: ['classes', 'operation', 'kinds', 'webhook', 'retention'],
    before: '14 days, at_latest',
    after: '9 days, at_latest',
    words: inBoth('Operation data: how long we keep it', 'at most 14 days', 'at most 9 days'),
  },
  { text: 'cookies › k: added', material: false, at: ['cookies', 'k'], after: 'k', words: inBoth('Cookie k') },
] as const;
