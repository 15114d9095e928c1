import Heading from '@atlaskit/heading';

import { wordFor } from '../../shared/catalogue.ts';
import { formatBytes } from '../../shared/format.ts';
import { TicketState } from '../parts/TicketState.tsx';
import { When } from '../parts/When.tsx';
import { bundleWords } from '../words/bundle.ts';
import { useLanguage, useWords } from '../words/language.ts';
import { ticketWords } from '../words/ticket.ts';
import { itemName } from './itemName.ts';
import type { Message, Ticket } from './ticket.ts';

interface ConversationProps {
  readonly ticket: Ticket;
}

/** What was said, the oldest first, with notes for staff among it, each marked as what it is. */
export function Conversation({ ticket }: ConversationProps) {
  const words = useWords(ticketWords);
  return (
    <section aria-labelledby="conversation" className="part">
      <Heading as="h2" size="small" id="conversation">
        {words.conversation}
      </Heading>
      {ticket.messages.length === 0 && <p className="subtle">{words.noMessages}</p>}
      <ol className="messages">
        {ticket.messages.map((message, at) => (
          <Said key={`${message.at} ${at}`} message={message} />
        ))}
      </ol>
    </section>
  );
}

function Said({ message }: { readonly message: Message }) {
  const words = useWords(ticketWords);
  const bundle = useWords(bundleWords);
  const language = useLanguage();
  const kind = wordFor(words.kinds, message.kind);
  const isState = message.kind === 'state';
  return (
    <li className={`message ${message.kind}`}>
      <p className="message-head">
        <strong>{message.author === null ? kind : words.by(kind, message.author)}</strong> <When at={message.at} />
      </p>
      {isState ? <TicketState state={message.text} /> : <p className="written">{message.text}</p>}
      {message.files.map((file) => (
        <p key={file.name} className="subtle">
          {itemName(file.name, bundle)} · {formatBytes(file.bytes, language)}
        </p>
      ))}
    </li>
  );
}
