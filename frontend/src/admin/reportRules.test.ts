import { describe, expect, it } from 'vitest';

import { areTermsRight, rulesFormOf, rulesOf, termsFault, termsIn } from './reportRules.ts';
import { control } from './words/en/control.ts';

const RULES = { rule: 'approve', tier: 'minimal', neverContent: false, terms: ['Bluebird', 'Project Zebra'], blocked: ['errors'] } as const;

describe('the rules for reports', () => {
  it('are the same after they stood in a form', () => {
    expect(rulesOf(rulesFormOf(RULES))).toEqual(RULES);
  });

  it('have each term once, without what stands around it', () => {
    expect(termsIn(' Bluebird \n\nBluebird\nZebra')).toEqual(['Bluebird', 'Zebra']);
  });

  it.each(['a', 'a '.repeat(51), Array.from({ length: 101 }, (_, at) => `term ${at}`).join('\n')])(
    'have no term that the service would refuse',
    (typed) => {
      expect(areTermsRight(typed)).toBe(false);
      expect(termsFault(typed, control.rules, String)).toBeTypeOf('string');
    },
  );

  it('may have no term', () => {
    expect(areTermsRight('')).toBe(true);
    expect(termsFault('', control.rules, String)).toBeUndefined();
  });
});
