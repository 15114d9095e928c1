//! Comments of a request: written by the caller, or as if by somebody at the desk; internal ones for agents alone.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use super::{DeskComment, EMAIL, Held, asked, error, page};
use crate::clock::Timestamp;

/// Letters of a comment.
const BODY_MAX: usize = 32_767;

/// `POST /rest/servicedeskapi/request/{issueIdOrKey}/comment`
pub(super) fn add(held: &mut Held, key: &str, body: &[u8], now: Timestamp) -> HttpResponse {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = asked["body"].as_str().unwrap_or_default();
    if text.trim().is_empty() || text.chars().count() > BODY_MAX {
        return error(400, "Comment body is empty or too long.");
    }
    let id = held.next().to_string();
    let Some(request) = held.request(key) else {
        return error(404, "The request does not exist, or you may not see it.");
    };
    let comment = DeskComment {
        id,
        body: text.to_owned(),
        // Without a word it is public, which is why a caller has to say it.
        is_public: asked["public"].as_bool().unwrap_or(true),
        author: EMAIL.to_owned(),
        created_at: now,
    };
    let answer = HttpResponse::Created().json(shown(&comment));
    request.comments.push(comment);
    answer
}

/// `GET /rest/servicedeskapi/request/{issueIdOrKey}/comment?public=…&internal=…&start=…&limit=…`: a page, the oldest first.
pub(super) fn list(held: &mut Held, key: &str, query: &str) -> HttpResponse {
    let is_asked_for = |name: &str| asked(query, name).is_none_or(|value| value == "true");
    let Some(request) = held.request(key) else {
        return error(404, "The request does not exist, or you may not see it.");
    };
    let fits = |comment: &&DeskComment| is_asked_for(if comment.is_public { "public" } else { "internal" });
    page(query, request.comments.iter().filter(fits).map(shown).collect())
}

fn shown(comment: &DeskComment) -> Value {
    json!({
        "id": comment.id, "body": comment.body, "public": comment.is_public,
        "author": {"accountId": comment.author, "emailAddress": comment.author, "displayName": comment.author},
        "created": {"iso8601": comment.created_at},
    })
}
