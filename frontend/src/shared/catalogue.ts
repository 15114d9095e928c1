import type { Language } from './settings.ts';

/**
 * Messages in both languages. A message is a text, or a function of what stands in it; a group has messages of its own.
 * The German ones have the type of the English ones, so the check of types, without which nothing is built, fails where one
 * is missing, is too much, or takes other parts.
 */
export interface Messages {
  readonly [name: string]: string | ((...parts: never[]) => string) | Messages;
}

/** The shape of messages, whatever they say. Messages of another language have it. */
export type Translated<Words> = {
  readonly [Name in keyof Words]: Words[Name] extends (...parts: infer Parts) => string
    ? (...parts: Parts) => string
    : Words[Name] extends string
      ? string
      : Translated<Words[Name]>;
};

export interface Catalogue<Words> {
  readonly en: Translated<Words>;
  readonly de: Translated<Words>;
}

export function catalogue<Words extends Messages>(en: Words, de: NoInfer<Translated<Words>>): Catalogue<Words> {
  // The English ones are what the type is made from; the compiler cannot follow that back.
  return { en: en as unknown as Translated<Words>, de };
}

export interface Forms {
  readonly one: string;
  readonly other: string;
}

const RULES = { en: new Intl.PluralRules('en'), de: new Intl.PluralRules('de') };

/** The form for this number, with the number in the place of `#`. */
export function counted(language: Language, number: number, forms: Forms): string {
  const form = RULES[language].select(number) === 'one' ? forms.one : forms.other;
  return form.replace('#', new Intl.NumberFormat(language).format(number));
}

/** A word of the service in words for people; one that a newer service knows stays as it is, but for its underscores. */
export function wordFor(words: Readonly<Record<string, string>>, word: string): string {
  return Object.hasOwn(words, word) ? (words[word] ?? word) : word.replaceAll('_', ' ');
}
