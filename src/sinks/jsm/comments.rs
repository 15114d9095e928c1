//! Comments of a request. Ours end in a line that says which message they are, so that they are known again.

use reqwest::Method;
use serde_json::json;

use super::shapes::{CommentPage, CommentShape};
use super::{Jsm, JsmError, PAGE, PAGES_MAX, wiki};

/// A public comment that stands there. Who wrote it is not kept, but for whether it was the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: String,
    pub text: String,
    pub author: String,
}

impl Comment {
    fn of(shape: CommentShape) -> Option<Self> {
        let is_id = !shape.id.is_empty() && shape.id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let author = shape.author.map(|author| author.account_id).unwrap_or_default();
        // Asked for without the internal ones; one that comes all the same is not looked at.
        (is_id && shape.public).then_some(Self { id: shape.id, text: shape.body, author })
    }

    /// Our own message that it is, as its last line says.
    pub fn message(&self, number: &str) -> Option<&str> {
        let last = self.text.trim_end().lines().next_back()?.trim();
        let message = last.strip_prefix(&format!("Report {number}, message "))?;
        (!message.is_empty() && message.bytes().all(|byte| byte.is_ascii_digit())).then_some(message)
    }
}

impl Jsm {
    /// The public comments of a request, and no others.
    pub async fn comments(&self, key: &str) -> Result<Vec<Comment>, JsmError> {
        let mut found = Vec::new();
        for _ in 0..PAGES_MAX {
            let start = found.len();
            let path = format!(
                "/rest/servicedeskapi/request/{key}/comment?public=true&internal=false&start={start}&limit={PAGE}"
            );
            let page: CommentPage = self.client.read(Method::GET, &path, None).await?;
            let is_last = page.is_last_page || page.values.is_empty();
            found.extend(page.values);
            if is_last {
                break;
            }
        }
        Ok(found.into_iter().filter_map(Comment::of).collect())
    }

    /// Writes one of our messages as a public comment. Whether it stands there already is the caller's to know.
    pub async fn comment(
        &self,
        key: &str,
        who: &str,
        text: &str,
        (number, message): (&str, &str),
    ) -> Result<(), JsmError> {
        let text = wiki::literal(text);
        let body = json!({"body": format!("{who}:\n\n{text}\n\nReport {number}, message {message}"), "public": true});
        let path = format!("/rest/servicedeskapi/request/{key}/comment");
        self.client.send(Method::POST, &path, Some(body)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_ours_by_its_last_line_alone() {
        let message = |text: &str| {
            let comment = Comment { id: "1".to_owned(), text: text.to_owned(), author: String::new() };
            comment.message("K-1").map(str::to_owned)
        };
        assert_eq!(message("Support:\n\nHello\n\nReport K-1, message 7\n").as_deref(), Some("7"));
        for other in [
            "Report K-1, message 7\nis what you wrote, and here is my answer",
            "Report K-2, message 7",
            "Report K-1, message seven",
            "Report K-1, message ",
            "",
        ] {
            assert_eq!(message(other), None, "{other:?}");
        }
    }
}
