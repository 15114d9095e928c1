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
import { QueueMarks } from './QueueMarks.tsx';
import type { QueueItemsProps } from './QueueTable.tsx';
import { RowButtons } from './RowButtons.tsx';

/** The same as the table, where there is no room for one. */
export function QueueCards({ items, triage, onClose }: QueueItemsProps) {
  const { columns } = useWords(queueWords);
  const common = useWords(commonWords);
  const may = useMay();
  return (
    <ul className="cards">
      {items.map((item) => (
        <li key={item.number} className="card ticket-card">
          <div className="card-head">
            <Link to={ticketPath(item.number)} rowOf={item.number}>
              {item.number}
            </Link>
            <TicketState state={item.state} />
          </div>
          <QueueMarks item={item} />
          <dl className="facts">
            <div>
              <dt>{columns.severity}</dt>
              <dd>
                <Rank rank={item.severity} words={common.severities} />
              </dd>
            </div>
            <div>
              <dt>{columns.product}</dt>
              <dd>{wordFor(common.products, item.product)}</dd>
            </div>
            <div>
              <dt>{columns.assignee}</dt>
              <dd>{item.assignee ?? common.nobody}</dd>
            </div>
            <div>
              <dt>{columns.due}</dt>
              <dd>
                <Due at={item.dueAt} isLate={item.isOverdue} />
              </dd>
            </div>
            <div>
              <dt>{columns.goes}</dt>
              <dd>
                <When at={item.goesAt} isDay />
              </dd>
            </div>
          </dl>
          <RowButtons item={item} triage={triage} mayAssign={may('staff: triage')} onClose={onClose} />
        </li>
      ))}
    </ul>
  );
}
