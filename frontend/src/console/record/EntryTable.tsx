import type { ReactNode } from 'react';

import { wordFor } from '../../shared/catalogue.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { Link } from '../parts/Link.tsx';
import { When } from '../parts/When.tsx';
import { ticketPath } from '../route.ts';
import { useMay } from '../SessionContext.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { recordWords } from '../words/record.ts';
import type { Entry } from './records.ts';

interface EntryTableProps {
  readonly label: string;
  readonly entries: readonly Entry[];
  readonly actions?: (entry: Entry) => ReactNode;
}

/** Who did what, when, and why. */
export function EntryTable({ label, entries, actions }: EntryTableProps) {
  const words = useWords(recordWords);
  const { roles, none } = useWords(commonWords);
  const may = useMay();
  const { columns, kinds } = words;
  const plain = (text: string | null) => text ?? <span className="subtle">{none}</span>;
  // Whoever may not read tickets gets no way to try.
  const ticket = (number: string) => (may('staff: triage') ? <Link to={ticketPath(number)}>{number}</Link> : number);
  const who = ({ who, role }: Entry) => (
    <>
      {plain(who)}
      {role !== null && <span className="marks">{wordFor(roles, role)}</span>}
    </>
  );
  return (
    <DataTable
      label={label}
      rows={entries}
      keyOf={(entry) => entry.id}
      columns={[
        { name: columns.at, cell: (entry) => <When at={entry.at} />, width: 14 },
        { name: columns.who, cell: who, width: 11 },
        { name: columns.what, cell: (entry) => wordFor(kinds, entry.kind), width: 16 },
        { name: columns.ticket, cell: (entry) => (entry.ticket === null ? plain(null) : ticket(entry.ticket)), width: 11 },
        { name: columns.reason, cell: (entry) => plain(entry.reason), width: 21 },
        { name: columns.about, cell: (entry) => plain(entry.about), width: 14 },
        ...(actions === undefined ? [] : [{ name: columns.actions, cell: actions, width: 13 }]),
      ]}
    />
  );
}
