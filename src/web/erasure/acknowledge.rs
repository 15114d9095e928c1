//! The page on which a processor says that its copy is gone: nobody logs in, looking changes nothing, and the button works once.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;

use super::public::{self, Visit};
use super::words::{Content, Form, Words};
use super::{Answer, answer};
use crate::api::Services;
use crate::erasure::Unconfirmed;
use crate::error::Error;
use crate::policy::Language;

/// What the button sends along.
const CONFIRM: &str = "acknowledge";

/// The page, if this is the link of a processor that has not confirmed yet.
pub async fn show(request: &HttpRequest, services: &Services) -> Result<Option<Answer>, Error> {
    let Some(unconfirmed) = look(request, services).await? else { return Ok(None) };
    let language = public::language(request);
    answer(Visit::of(request), StatusCode::OK, language, &before(&unconfirmed, language, services), services)
        .map(Some)
}

pub async fn confirm(
    form: &super::Form,
    request: &HttpRequest,
    services: &Services,
) -> Result<Option<Answer>, Error> {
    let Some(unconfirmed) = look(request, services).await? else { return Ok(None) };
    let language = public::language(request);
    if form.value("confirm").as_deref() != Some(CONFIRM) {
        let content = before(&unconfirmed, language, services);
        return answer(Visit::of(request), StatusCode::BAD_REQUEST, language, &content, services).map(Some);
    }
    // Of many at once one is told so; the others have a link that was used.
    if !services.eraser.acknowledge(unconfirmed.tenant, unconfirmed.id).await? {
        return Ok(None);
    }
    services.wake.notify_one();
    tracing::info!(tenant.id = %unconfirmed.tenant, processor = unconfirmed.processor, "a processor has confirmed an erasure");
    answer(Visit::of(request), StatusCode::OK, language, &after(&unconfirmed, language), services).map(Some)
}

async fn look(request: &HttpRequest, services: &Services) -> Result<Option<Unconfirmed>, Error> {
    let token = request.match_info().get("token").unwrap_or_default();
    services.eraser.unconfirmed(token).await
}

fn before(unconfirmed: &Unconfirmed, language: Language, services: &Services) -> Content {
    let (words, processor) = (Words::of(language), &unconfirmed.processor);
    let controller = &services.policy.document().controller.name;
    let (reference, told_at) = (unconfirmed.id, words.date(unconfirmed.told_at));
    let texts = vec![
        words.say(
            &format!("On {told_at} {controller} asked {processor} to delete what it holds of a former customer. The reference is {reference}."),
            &format!("Am {told_at} hat {controller} {processor} gebeten, zu löschen, was dort von einem früheren Kunden liegt. Das Zeichen ist {reference}."),
        ),
        words.say(
            "If you confirm, it is written into the signed proof of this deletion that your part of it is done. This cannot be taken back, and the link works once.",
            "Wenn Sie bestätigen, steht im signierten Nachweis dieser Löschung, dass Ihr Teil davon getan ist. Das lässt sich nicht zurücknehmen, und der Link gilt einmal.",
        ),
    ];
    let label = words.pick("It is deleted", "Es ist gelöscht");
    let form = Form { confirm: CONFIRM, label, takes_away: false };
    let title = words.say("Confirm a deletion", "Eine Löschung bestätigen");
    Content { title, paragraphs: texts, form: Some(form), ..Content::default() }
}

fn after(unconfirmed: &Unconfirmed, language: Language) -> Content {
    let (words, reference) = (Words::of(language), unconfirmed.id);
    let text = words.say(
        &format!("Thank you. The deletion with the reference {reference} is confirmed; there is nothing left to do."),
        &format!("Vielen Dank. Die Löschung mit dem Zeichen {reference} ist bestätigt; es ist nichts mehr zu tun."),
    );
    let title = words.say("The deletion is confirmed", "Die Löschung ist bestätigt");
    Content { title, paragraphs: vec![text], ..Content::default() }
}
