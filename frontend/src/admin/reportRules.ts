import type { ReportRules } from '../shared/settings.ts';

/** The rules for reports as they stand in the fields of the form: one term a line. */
export interface RulesForm {
  readonly allowed: boolean;
  readonly tier: ReportRules['tier'];
  readonly neverContent: boolean;
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

/** What is wrong with the terms, if something is. */
export function termsFault(typed: string): string | undefined {
  const terms = termsIn(typed);
  if (terms.length > TERMS_MAX) {
    return `At most ${TERMS_MAX} terms can be listed.`;
  }
  const wrong = terms.find((term) => {
    const letters = [...term.replaceAll(/\s/g, '')].length;
    return letters < TERM_CHARS_MIN || [...term].length > TERM_CHARS_MAX;
  });
  return wrong === undefined
    ? undefined
    : `“${wrong.slice(0, TERM_CHARS_MAX)}”: a term has ${TERM_CHARS_MIN} to ${TERM_CHARS_MAX} characters.`;
}

export function rulesOf(form: RulesForm): ReportRules {
  return { ...form, terms: termsIn(form.terms) };
}
