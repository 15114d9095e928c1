import Button from '@atlaskit/button/default/button';

import { wordFor } from '../../shared/catalogue.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { When } from '../parts/When.tsx';
import { useMay } from '../SessionContext.ts';
import type { Canned } from '../ticket/canned.ts';
import { useWords } from '../words/language.ts';
import { peopleWords } from '../words/people.ts';

interface RepliesTableProps {
  readonly items: readonly Canned[];
  readonly onEdit: (reply: Canned) => void;
  readonly onRemove: (reply: Canned) => void;
}

export function RepliesTable({ items, onEdit, onRemove }: RepliesTableProps) {
  const { columns, replies } = useWords(peopleWords);
  const may = useMay();
  const actions = (reply: Canned) => (
    <div className="row-of-buttons">
      <Button spacing="compact" aria-label={replies.editLabel(reply.title)} onClick={() => onEdit(reply)}>
        {replies.edit}
      </Button>
      <Button spacing="compact" aria-label={replies.removeLabel(reply.title)} onClick={() => onRemove(reply)}>
        {replies.remove}
      </Button>
    </div>
  );
  return (
    <DataTable
      label={replies.title}
      rows={items}
      keyOf={(reply) => reply.id}
      columns={[
        {
          name: columns.title,
          cell: (reply) => (
            <>
              <strong>{reply.title}</strong>
              <p className="written subtle" lang={reply.language}>
                {reply.body}
              </p>
            </>
          ),
          width: 50,
        },
        { name: columns.language, cell: (reply) => wordFor(replies.languages, reply.language) },
        { name: columns.changed, cell: (reply) => <When at={reply.updatedAt} /> },
        ...(may('staff: write replies') ? [{ name: columns.actions, cell: actions }] : []),
      ]}
    />
  );
}
