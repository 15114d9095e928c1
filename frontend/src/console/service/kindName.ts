import { wordFor } from '../../shared/catalogue.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { workWords } from '../words/work.ts';

/** What is due, in words: work by its name, and what expires by its data class. */
export function useKindName(): (kind: string) => string {
  const { due } = useWords(workWords);
  const { classes } = useWords(commonWords);
  return (kind) => wordFor({ ...classes, ...due.kinds }, kind);
}
