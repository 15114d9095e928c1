import type { ReportRules } from '../shared/settings.ts';
import type { AdminWords } from './words/words.ts';

/** The rules for reports as they stand in the fields of the form: one term a line. */
export interface RulesForm {
  readonly rule: ReportRules['rule'];
  readonly tier: ReportRules['tier'];
  readonly neverContent: boolean;
  readonly blocked: ReportRules['blocked'];
  readonly terms: string;
}

/** The bounds of the service, told before anything is sent. */
const TERMS_MAX = 100;
const TERM_CHARS_MAX = 100;
const TERM_CHARS_MIN = 2;

export function rulesFormOf(rules: ReportRules): RulesForm {
  return { ...rules, terms: rules.terms.join('\n') };
}

/** The terms, each once. */
export function termsIn(typed: string): readonly string[] {
  const lines = typed.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}

function isTermWrong(term: string): boolean {
  const letters = [...term.replaceAll(/\s/g, '')].length;
  return letters < TERM_CHARS_MIN || [...term].length > TERM_CHARS_MAX;
}

export function areTermsRight(typed: string): boolean {
  const terms = termsIn(typed);
  return terms.length <= TERMS_MAX && !terms.some(isTermWrong);
}

/** What is wrong with the terms, if something is. */
export function termsFault(
  typed: string,
  words: AdminWords['rules'],
  written: (count: number) => string,
): string | undefined {
  const terms = termsIn(typed);
  if (terms.length > TERMS_MAX) {
    return words.tooMany(written(TERMS_MAX));
  }
  const wrong = terms.find(isTermWrong);
  return wrong === undefined
    ? undefined
    : words.term(wrong.slice(0, TERM_CHARS_MAX), written(TERM_CHARS_MIN), written(TERM_CHARS_MAX));
}

export function rulesOf(form: RulesForm): ReportRules {
  return { ...form, terms: termsIn(form.terms) };
}
