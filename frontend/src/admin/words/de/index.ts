export { de as shared } from '../../../shared/words/de.ts';
import type { AdminWords } from '../words.ts';
import { control } from './control.ts';
import { site } from './site.ts';

export const page: AdminWords = { ...site, ...control };
