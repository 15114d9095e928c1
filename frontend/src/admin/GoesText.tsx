import { Moment } from '../shared/Moment.tsx';
import type { Goes } from './rows.ts';

interface GoesTextProps {
  readonly goes: Goes;
}

/** When data of a class goes next, in words when there is no date. */
export function GoesText({ goes }: GoesTextProps) {
  if (goes === 'nothing-stored') {
    return <>Nothing stored</>;
  }
  if (goes === 'no-date') {
    return <>No date while the app is installed</>;
  }
  return <Moment at={goes.at} />;
}
