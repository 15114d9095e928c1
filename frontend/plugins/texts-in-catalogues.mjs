/** Attributes whose text people see, or have read to them. */
const SPOKEN = '/^(about|alt|aria-description|aria-label|empty|header|label|placeholder|title|what)$/';
const WORD = '/\\p{L}{2}/u';
const IN_CATALOGUE = 'What people read stands in a catalogue of messages, in each language.';

/** Where a text can stand that people read: between tags, in what is put between them, and in such attributes. */
const EXPRESSIONS = ['JSXElement > JSXExpressionContainer', `JSXAttribute[name.name=${SPOKEN}] > JSXExpressionContainer`];
const SPOKEN_LITERALS = [
  `JSXText[value=${WORD}]`,
  `JSXAttribute[name.name=${SPOKEN}] > Literal[value=${WORD}]`,
  ...EXPRESSIONS.flatMap((expression) => [
    `${expression} > Literal[value=${WORD}]`,
    `${expression} > :matches(ConditionalExpression, LogicalExpression) > Literal[value=${WORD}]`,
    `${expression} > TemplateLiteral > TemplateElement[value.raw=${WORD}]`,
    `${expression} > :matches(ConditionalExpression, LogicalExpression) > TemplateLiteral > TemplateElement[value.raw=${WORD}]`,
  ]),
];

/** The beginning of a sentence, wherever it stands. */
const SENTENCE = '/^\\p{Lu}\\p{Ll}+ \\p{Ll}/u';
const SENTENCES = [`Literal[value=${SENTENCE}]`, `TemplateElement[value.raw=${SENTENCE}]`];

/** The setting of the rule `no-restricted-syntax` that finds texts outside of a catalogue. */
export const TEXTS_IN_CATALOGUES = [
  'error',
  ...[...SPOKEN_LITERALS, ...SENTENCES].map((selector) => ({ selector, message: IN_CATALOGUE })),
];
