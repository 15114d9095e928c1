import { Moment } from '../shared/Moment.tsx';
import type { Goes } from './rows.ts';
import { useAdminWords } from './words/words.ts';

interface GoesTextProps {
  readonly goes: Goes;
}

/** When data of a class goes next, in words when there is no date. */
export function GoesText({ goes }: GoesTextProps) {
  const { stored } = useAdminWords();
  return typeof goes === 'string' ? <>{stored.goes[goes]}</> : <Moment at={goes.at} />;
}
