import { formatCount } from '../shared/format.ts';
import type { Masked } from '../shared/items.ts';
import type { ChosenFile } from './draft.ts';

interface ItemWords {
  readonly title: string;
  readonly about: string | null;
}

const ITEMS: Readonly<Record<string, ItemWords>> = {
  report: { title: 'Your report', about: 'What you wrote' },
  account: { title: 'Installation', about: 'Which installation of the app this is, without its secrets' },
  licence: { title: 'Licence', about: 'Whether the app is licensed' },
  issue: { title: 'The issue or page at hand', about: 'What the app stores about it' },
  records: { title: 'Newest records', about: 'What the app stored last' },
  settings: { title: 'Settings', about: 'What the app is set to' },
  errors: { title: 'Errors', about: 'What went wrong lately, and under the request id that you entered' },
  versions: { title: 'Versions', about: 'Which version of the app runs' },
  browser: { title: 'Your browser', about: 'Its kind, language and size' },
};

/** An item in words. Files are counted in the order in which they were added. */
export function itemWords(name: string, files: readonly ChosenFile[]): ItemWords {
  const number = /^attachment-(\d+)$/.exec(name)?.[1];
  if (number !== undefined) {
    return { title: `File: ${files[Number(number) - 1]?.name ?? number}`, about: 'Its name is not sent' };
  }
  return ITEMS[name] ?? { title: name, about: null };
}

const RULES: Readonly<Record<string, readonly [one: string, many: string]>> = {
  email: ['mail address', 'mail addresses'],
  ipv4: ['network address', 'network addresses'],
  ipv6: ['network address', 'network addresses'],
  'url-credentials': ['link with a password', 'links with a password'],
  jwt: ['token', 'tokens'],
  token: ['token', 'tokens'],
  'private-key': ['private key', 'private keys'],
  iban: ['account number', 'account numbers'],
  card: ['card number', 'card numbers'],
  phone: ['phone number', 'phone numbers'],
  'account-id': ['account id', 'account ids'],
  'home-path': ['name in a path', 'names in paths'],
  term: ["term of your site's list", "terms of your site's list"],
  selected: ['text that you selected', 'texts that you selected'],
};

/** What was masked in an item, as one sentence; nothing where nothing was. */
export function maskedSentence(masked: readonly Masked[]): string | null {
  const counts = new Map<string, number>();
  for (const { rule, count } of masked) {
    const many = RULES[rule]?.[1] ?? rule;
    counts.set(many, (counts.get(many) ?? 0) + count);
  }
  const one = (many: string) => Object.values(RULES).find((words) => words[1] === many)?.[0] ?? many;
  const parts = [...counts].map(([many, count]) => `${formatCount(count)} ${count === 1 ? one(many) : many}`);
  return parts.length === 0 ? null : `Masked: ${parts.join(', ')}.`;
}

/** The service writes its reasons as parts of a sentence. */
export function whySentence(why: string): string {
  const whole = why.charAt(0).toUpperCase() + why.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
