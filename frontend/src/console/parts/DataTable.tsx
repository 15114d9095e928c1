import DynamicTable from '@atlaskit/dynamic-table';
import type { ReactNode } from 'react';

import { useIsNarrow } from '../../shared/useIsNarrow.ts';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ReactNode;
  /** In hundredths of the table. */
  readonly width?: number;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
}

/** Rows as a table, and as cards where there is no room for one. The first column says what a row is. */
export function DataTable<Row>({ label, rows, keyOf, columns }: DataTableProps<Row>) {
  const isNarrow = useIsNarrow();
  if (isNarrow) {
    return (
      <ul className="cards" aria-label={label}>
        {rows.map((row) => (
          <li key={keyOf(row)} className="card">
            <dl className="facts">
              {columns.map(({ name, cell }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{cell(row)}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    );
  }
  const head = { cells: columns.map(({ name, width }) => ({ key: name, content: name, ...(width !== undefined && { width }) })) };
  const tableRows = rows.map((row) => ({
    key: keyOf(row),
    cells: columns.map(({ name, cell }) => ({ key: name, content: <div className="any-text">{cell(row)}</div> })),
  }));
  return (
    <div className="data-table">
      <DynamicTable label={label} head={head} rows={tableRows} />
    </div>
  );
}
