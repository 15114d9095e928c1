import type { ReactNode } from 'react';

import { wordFor } from '../../shared/catalogue.ts';
import { Due } from '../parts/Due.tsx';
import { Link } from '../parts/Link.tsx';
import { Rank, TicketState } from '../parts/TicketState.tsx';
import { When } from '../parts/When.tsx';
import { ticketPath } from '../route.ts';
import { useMay } from '../SessionContext.ts';
import { commonWords } from '../words/common.ts';
import { queueWords } from '../words/queue.ts';
import { useWords } from '../words/language.ts';
import type { Listed } from './queue.ts';
import { QueueMarks } from './QueueMarks.tsx';
import { RowButtons } from './RowButtons.tsx';
import type { Triage } from './useTriage.ts';

export interface QueueItemsProps {
  readonly items: readonly Listed[];
  readonly triage: Triage;
  readonly onClose: (number: string) => void;
}

/**
 * The tickets as a table. It is not Atlaskit's: that one sorts what it has, and here the service sorts, over all pages; and its
 * rows do not take the focus.
 */
export function QueueTable({ items, triage, onClose }: QueueItemsProps) {
  const words = useWords(queueWords);
  const { columns } = words;
  const common = useWords(commonWords);
  const may = useMay();
  const row = (item: Listed): readonly ReactNode[] => [
    <Rank key="severity" rank={item.severity} words={common.severities} />,
    <Rank key="priority" rank={item.priority} words={common.priorities} />,
    wordFor(common.products, item.product),
    item.assignee ?? <span className="subtle">{common.nobody}</span>,
    <Due key="due" at={item.dueAt} isLate={item.isOverdue} />,
    <When key="updated" at={item.updatedAt} />,
    <When key="goes" at={item.goesAt} isDay />,
  ];
  return (
    <table className="queue">
      <caption className="hidden">{words.title}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.ticket}</th>
          <th scope="col">{columns.state}</th>
          <th scope="col">{columns.severity}</th>
          <th scope="col">{columns.priority}</th>
          <th scope="col">{columns.product}</th>
          <th scope="col">{columns.assignee}</th>
          <th scope="col">{columns.due}</th>
          <th scope="col">{columns.updated}</th>
          <th scope="col">{columns.goes}</th>
          <th scope="col">{columns.actions}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.number}>
            <th scope="row">
              <Link to={ticketPath(item.number)} rowOf={item.number}>
                {item.number}
              </Link>
              <QueueMarks item={item} />
            </th>
            <td>
              <TicketState state={item.state} />
            </td>
            {row(item).map((cell, at) => (
              <td key={at}>{cell}</td>
            ))}
            <td>
              <RowButtons item={item} triage={triage} mayAssign={may('staff: triage')} onClose={onClose} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
