import { formatMoment } from '../../shared/format.ts';
import { useLocale } from '../words/language.ts';

interface WhenProps {
  /** A time as RFC 3339, as the service sent it. */
  readonly at: string;
  /** The day alone. */
  readonly isDay?: boolean;
}

/** A time for people, with the exact one for machines beside it. */
export function When({ at, isDay = false }: WhenProps) {
  const locale = useLocale();
  const day = () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(at));
  return (
    <time dateTime={at} title={at}>
      {isDay ? day() : formatMoment(at, locale)}
    </time>
  );
}
