import { formatCount } from '../../shared/format.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { useLocale, useWords } from '../words/language.ts';
import { workWords } from '../words/work.ts';
import { type Bar, kindsIn } from './due.ts';
import { useKindName } from './kindName.ts';

interface DueTableProps {
  readonly bars: readonly Bar[];
}

/** The same as the picture, without the days on which nothing is due. */
export function DueTable({ bars }: DueTableProps) {
  const { due: words } = useWords(workWords);
  const locale = useLocale();
  const nameOf = useKindName();
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' });
  const amount = (bar: Bar, kind: string) => formatCount(bar.amounts[kind] ?? 0, locale);
  return (
    <DataTable
      label={words.table}
      rows={bars.filter((bar) => bar.total > 0)}
      keyOf={(bar) => bar.day}
      columns={[
        { name: words.day, cell: (bar) => <time dateTime={bar.day}>{date.format(new Date(`${bar.day}T00:00:00Z`))}</time> },
        ...kindsIn(bars).map((kind) => ({ name: nameOf(kind), cell: (bar: Bar) => amount(bar, kind) })),
        { name: words.total, cell: (bar) => formatCount(bar.total, locale) },
      ]}
    />
  );
}
