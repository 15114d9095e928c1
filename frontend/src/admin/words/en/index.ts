export { en as shared } from '../../../shared/words/en.ts';
import { control } from './control.ts';
import { site } from './site.ts';

/** What the page for administrators says. */
export const page = { ...site, ...control };
