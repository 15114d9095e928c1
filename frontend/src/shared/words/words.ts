import type { Translated } from '../catalogue.ts';
import type { en } from './en.ts';

/** What the parts say that all pages use. */
export type SharedWords = Translated<typeof en>;
