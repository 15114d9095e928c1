//! What was written on one side gets to the other: replies of reporter and staff become public comments at the desk, and public
//! comments that others made there become replies here. Each once: ours are known again by the line that they end in, theirs by
//! their ids, which are stored in the transaction that takes them. What leaves is masked; here it stands as it was written. Only where the policy lists replies among what the desk gets.

use super::SinkError;
use super::copies::{Copy, CopyState, Heard, Written};
use super::deliver::{INDEX_LAG, Work};
use super::jsm::{Comment, JsmError};
use super::payload::prefix;
use crate::db::Id;
use crate::db::ticket_messages::MessageKind;
use crate::error::{Code, Error};
use crate::policy::model::DeskPart;
use crate::support::{Redactor, Wanted};
use crate::tickets::read::Message;

/// A mention of an account there: nobody is named by an id here.
const MENTION: &str = "[~accountid:";

impl Work<'_> {
    /// The copy as it is known afterwards; `None` when the ticket is gone.
    pub(super) async fn converse(&self, copy: Copy, key: &str) -> Result<Option<Copy>, SinkError> {
        if !self.sinks.policy.leaves_for_desk(DeskPart::Replies) {
            return Ok(Some(copy));
        }
        let there = self.jsm.comments(key).await?;
        match self.hear(copy, &there).await? {
            Some(copy) => self.tell(copy, key, &there).await,
            None => Ok(None),
        }
    }

    /// Takes over what others wrote there.
    async fn hear(&self, copy: Copy, there: &[Comment]) -> Result<Option<Copy>, SinkError> {
        let is_known = |comment: &Comment| copy.remote.heard.iter().any(|heard| heard.comment == comment.id);
        let number = &self.whole.ticket.number;
        let foreign = there.iter().filter(|comment| comment.message(number).is_none() && !is_known(comment));
        let foreign: Vec<Comment> = foreign.cloned().collect();
        if foreign.is_empty() {
            return Ok(Some(copy));
        }
        let (sinks, key, now) = (self.sinks.clone(), self.key.clone(), self.now);
        let written = self.sinks.db.write(move |tx| {
            sinks.change(tx, &copy, &key, now, |tx, ticket, remote| {
                for comment in &foreign {
                    let by_customer = remote.customer.as_ref() == Some(&comment.author);
                    let kind = if by_customer { MessageKind::UserReply } else { MessageKind::StaffReply };
                    let text = without_mentions(&comment.text);
                    let ids = sinks.tickets.written_elsewhere(tx, ticket, (kind, &text), &key, now)?;
                    let Some(ids) = ids else {
                        tracing::warn!(tenant.id = %ticket.tenant_id, "a ticket is full; a comment at the desk is read there alone");
                        continue;
                    };
                    let messages = ids.iter().map(Id::to_string).collect();
                    remote.heard.push(Heard { comment: comment.id.clone(), messages });
                }
                Ok(())
            })
        });
        self.stored(written.await?)
    }

    /// Writes there what was written here.
    async fn tell(&self, copy: Copy, key: &str, there: &[Comment]) -> Result<Option<Copy>, SinkError> {
        let number = &self.whole.ticket.number;
        let mut remote = copy.remote.clone();
        let ours: Vec<&Message> =
            self.whole.messages.iter().filter(|message| who(message).is_some()).collect();
        if ours.iter().all(|message| remote.knows(&message.row.id.to_string())) {
            return Ok(Some(copy));
        }
        let texts = self.masked(&ours).await?;
        for (message, text) in ours.into_iter().zip(texts) {
            let id = message.row.id.to_string();
            if remote.knows(&id) {
                continue;
            }
            let stands = there.iter().any(|comment| comment.message(number) == Some(&id));
            if stands || self.write(key, (message, &text), (number, &id)).await? {
                remote.told.push(id);
            }
        }
        if remote == copy.remote {
            return Ok(Some(copy));
        }
        self.put(Some(&copy), CopyState::Delivered, &remote).await
    }

    /// The texts of all these messages as they may leave. Those that are there already are among them, so that the same detail
    /// has the same placeholder in every comment, whenever it is written.
    async fn masked(&self, messages: &[&Message]) -> Result<Vec<String>, SinkError> {
        let terms = self.sinks.tickets.terms(self.whole.ticket.tenant_id).await?;
        let account_ids = self.whole.content.account_id.iter().cloned().collect();
        let mut redactor = Redactor::new(&Wanted { terms, account_ids, ..Wanted::default() });
        let texts: Vec<String> = messages.iter().map(|message| self.with_files(message)).collect();
        // A long conversation takes its time, which is not for the threads that answer.
        let masked = tokio::task::spawn_blocking(move || {
            texts.iter().map(|text| redactor.text(text).as_str().to_owned()).collect()
        });
        Ok(masked.await.map_err(|error| Error::new(Code::Internal).because(error))?)
    }

    /// The words of a message, and which of the attachments came with it.
    fn with_files(&self, message: &Message) -> String {
        let number = &self.whole.ticket.number;
        let files = self.whole.files_of(message.row.id);
        let names: Vec<String> = files.map(|file| format!("{}{}", prefix(number), file.name)).collect();
        if names.is_empty() || !self.sinks.policy.leaves_for_desk(DeskPart::Attachments) {
            return message.text.clone();
        }
        format!("{}\n\nAttached: {}", message.text, names.join(", "))
    }

    /// False when the desk does not let it be written.
    async fn write(
        &self,
        key: &str,
        (message, text): (&Message, &str),
        name: (&str, &str),
    ) -> Result<bool, SinkError> {
        let who = who(message).unwrap_or_default();
        match self.jsm.comment(key, who, text, name).await {
            Ok(()) => Ok(true),
            Err(JsmError::Refused(status)) => {
                tracing::warn!(status, "the desk takes no comment; a reply is read here alone until it does");
                Ok(false)
            }
            Err(error) if error.is_sure() => Err(error.into()),
            Err(error) => {
                tracing::warn!(tenant.id = %self.whole.ticket.tenant_id, %error, "nobody knows whether the desk took a comment; it is looked for before the next try");
                Err(SinkError::Unsure(self.now.plus(INDEX_LAG)))
            }
        }
    }

    pub(super) fn stored(&self, written: Written) -> Result<Option<Copy>, SinkError> {
        match written {
            Written::Gone => Ok(None),
            Written::Changed => Err(SinkError::Changed),
            Written::Stored(copy) => Ok(Some(*copy)),
        }
    }
}

/// Whose words it is introduced as; `None` for what does not leave.
fn who(message: &Message) -> Option<&'static str> {
    match message.kind {
        MessageKind::UserReply => Some("The reporter"),
        MessageKind::StaffReply => Some("Support"),
        MessageKind::Note | MessageKind::State => None,
    }
}

fn without_mentions(text: &str) -> String {
    let mut pieces = text.split(MENTION);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |out, piece| {
        let rest = piece.split_once(']').map_or(piece, |(_, rest)| rest);
        out + "@support" + rest
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_named_by_an_account_id() {
        assert_eq!(
            without_mentions("Ask [~accountid:5b10:ab-c] or [~accountid:x]."),
            "Ask @support or @support."
        );
        assert_eq!(without_mentions("[~accountid:"), "@support");
        assert_eq!(without_mentions("[a] plain text"), "[a] plain text");
    }
}
