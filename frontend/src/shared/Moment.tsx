import { useFormat } from './speech.ts';

interface MomentProps {
  /** A time as RFC 3339, as the service sent it. */
  readonly at: string;
}

/** A time for people, with the exact one for machines beside it. */
export function Moment({ at }: MomentProps) {
  const format = useFormat();
  return <time dateTime={at}>{format.moment(at)}</time>;
}
