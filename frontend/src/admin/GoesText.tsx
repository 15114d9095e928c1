import { Moment } from '../shared/Moment.tsx';
import type { Goes } from './rows.ts';

interface GoesTextProps {
  readonly goes: Goes;
}

const WORDS = {
  'nothing-stored': 'Nothing stored',
  'while-installed': 'No date while the app is installed',
  'no-date': 'No date set',
} as const;

/** When data of a class goes next, in words when there is no date. */
export function GoesText({ goes }: GoesTextProps) {
  return typeof goes === 'string' ? <>{WORDS[goes]}</> : <Moment at={goes.at} />;
}
