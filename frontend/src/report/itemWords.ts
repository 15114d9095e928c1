import type { Masked } from '../shared/items.ts';
import type { Missing } from '../shared/reports.ts';
import type { ChosenFile } from './draft.ts';
import type { ReportWords } from './words/words.ts';

interface ItemWords {
  readonly title: string;
  readonly about: string | null;
}

/** An item in words. Files are counted in the order in which they were added. */
export function itemWords(name: string, files: readonly ChosenFile[], words: ReportWords): ItemWords {
  const { items } = words;
  const number = /^attachment-(\d+)$/.exec(name)?.[1];
  if (number !== undefined) {
    return { title: words.file(files[Number(number) - 1]?.name ?? number), about: words.fileAbout };
  }
  return Object.hasOwn(items, name) ? items[name as keyof typeof items] : { title: name, about: null };
}

type RuleWord = Exclude<keyof ReportWords['rules'], 'other'>;

/** The service's rules, by the word for what they find. */
export const RULES: Readonly<Record<string, RuleWord>> = {
  email: 'mail',
  ipv4: 'network',
  ipv6: 'network',
  'url-credentials': 'credentials',
  jwt: 'token',
  token: 'token',
  'private-key': 'privateKey',
  iban: 'iban',
  card: 'card',
  phone: 'phone',
  'account-id': 'accountId',
  'home-path': 'homePath',
  term: 'term',
  selected: 'selected',
  later: 'later',
};

/** What was masked in an item, as one sentence; nothing where nothing was. */
export function maskedSentence(masked: readonly Masked[], { maskedPlaces, rules }: ReportWords): string | null {
  const counts = new Map<string, number>();
  for (const { rule, count } of masked) {
    const word = RULES[rule] ?? rule;
    counts.set(word, (counts.get(word) ?? 0) + count);
  }
  const known = new Set<string>(Object.values(RULES));
  const parts = [...counts].map(([word, count]) =>
    known.has(word) ? rules[word as RuleWord](count) : rules.other(count, word),
  );
  return parts.length === 0 ? null : maskedPlaces(parts.join(', '));
}

interface Why {
  readonly sentence: string;
  /** Otherwise it is the service's own, in English. */
  readonly isOurs: boolean;
}

/** Why something is not among the parts, as a sentence. */
export function whySentence({ code, why }: Pick<Missing, 'code' | 'why'>, { whys }: ReportWords): Why {
  if (Object.hasOwn(whys, code)) {
    return { sentence: whys[code as keyof typeof whys], isOurs: true };
  }
  const whole = why.charAt(0).toUpperCase() + why.slice(1);
  return { sentence: /[.!?]$/.test(whole) ? whole : `${whole}.`, isOurs: false };
}
