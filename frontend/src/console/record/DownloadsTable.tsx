import Button from '@atlaskit/button/default/button';
import Lozenge from '@atlaskit/lozenge';

import { DataTable } from '../parts/DataTable.tsx';
import { When } from '../parts/When.tsx';
import { useSession } from '../SessionContext.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { recordWords } from '../words/record.ts';
import type { Taken } from './records.ts';

interface DownloadsTableProps {
  readonly items: readonly Taken[];
  readonly onConfirm: (id: string) => void;
}

export function DownloadsTable({ items, onConfirm }: DownloadsTableProps) {
  const { columns, downloads } = useWords(recordWords);
  const { unknown, none } = useWords(commonWords);
  const { name } = useSession();
  const deleted = (taken: Taken) => {
    if (taken.deletedAt !== null) {
      return <When at={taken.deletedAt} />;
    }
    // Only whoever took it can know.
    return taken.by === name ? (
      <Button spacing="compact" aria-label={downloads.confirmLabel(taken.id)} onClick={() => onConfirm(taken.id)}>
        {downloads.confirm}
      </Button>
    ) : (
      <span className="subtle">{none}</span>
    );
  };
  return (
    <DataTable
      label={downloads.title}
      rows={items}
      keyOf={(taken) => taken.id}
      columns={[
        { name: columns.number, cell: (taken) => taken.id },
        { name: columns.at, cell: (taken) => <When at={taken.at} /> },
        { name: columns.who, cell: (taken) => taken.by ?? unknown },
        { name: columns.tenant, cell: (taken) => taken.tenant },
        {
          name: columns.deleteBy,
          cell: (taken) => (
            <>
              <When at={taken.deleteBy} /> {taken.isOverdue && <Lozenge appearance="danger">{downloads.overdue}</Lozenge>}
            </>
          ),
        },
        { name: columns.deleted, cell: deleted },
      ]}
    />
  );
}
