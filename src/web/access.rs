//! What the access log keeps of a request: ten items (docs/LOGGING.md). Here the headers are read; what is left of them
//! is made in `telemetry`, where nothing else can be written down.

use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpRequest;
use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::Bytes;

use crate::auth::client;
use crate::clock::Clock;
use crate::config::Settings;
use crate::telemetry::{AccessLine, AccessLog, Agent, KeptBits, Language, Referrer, ShortenedIp};

/// An answer, or the problem document in its place.
pub type Answer<B> = ServiceResponse<EitherBody<B, BoxBody>>;

/// Registered as application data.
#[derive(Clone)]
pub struct Access {
    log: AccessLog,
    clock: Clock,
    own_origin: String,
    trusted_proxies: Vec<IpAddr>,
    kept_bits: KeptBits,
}

impl Access {
    pub fn new(log: AccessLog, settings: &Settings, kept_bits: KeptBits) -> Self {
        Self {
            log,
            clock: settings.clock.clone(),
            own_origin: settings.base_url.origin(),
            trusted_proxies: settings.trusted_proxies.clone(),
            kept_bits,
        }
    }

    /// The line of a request that was answered with this status. Its volume is still missing.
    pub fn line(&self, request: &HttpRequest, page: &str, status: StatusCode) -> AccessLine {
        let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        AccessLine {
            ip: client(request, &self.trusted_proxies).map(|ip| ShortenedIp::of(ip, self.kept_bits)),
            time: self.clock.now(),
            page: page.to_owned(),
            status: status.as_u16(),
            bytes: 0,
            referrer: Referrer::parse(text(header::REFERER), &self.own_origin),
            agent: text(header::USER_AGENT).map(Agent::parse).unwrap_or_default(),
            language: text(header::ACCEPT_LANGUAGE).and_then(Language::parse),
        }
    }

    /// Writes the line of an answer. What is streamed is counted first, so its line is written when it has ended.
    pub fn write<B>(&self, page: &str, answer: Answer<B>) -> Answer<B>
    where
        B: MessageBody + 'static,
    {
        let line = self.line(answer.request(), page, answer.status());
        // The answer to HEAD says the size of a body that is not sent.
        let is_head = answer.request().method() == Method::HEAD;
        answer.map_body(|_, body| match body.size() {
            BodySize::Stream if !is_head => {
                EitherBody::right(BoxBody::new(Counted { body: body.boxed(), line, log: self.log.clone() }))
            }
            size => {
                let bytes = if let BodySize::Sized(bytes) = size { bytes } else { 0 };
                self.log.write(&AccessLine { bytes: if is_head { 0 } else { bytes }, ..line });
                body
            }
        })
    }
}

/// A body that counts what is sent, and writes its line when it is done with or given up.
struct Counted {
    body: BoxBody,
    line: AccessLine,
    log: AccessLog,
}

impl MessageBody for Counted {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let next = Pin::new(&mut self.body).poll_next(cx);
        if let Poll::Ready(Some(Ok(bytes))) = &next {
            self.line.bytes = self.line.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        }
        next
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.log.write(&self.line);
    }
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::{App, HttpResponse, test, web};
    use futures_util::stream;

    use super::*;
    use crate::telemetry::{LogFolder, Retention};
    use crate::web::finish::finish;

    const CHUNKS: [&[u8]; 3] = [b"one", b"two", b"three"];

    async fn streamed() -> HttpResponse {
        let chunks = CHUNKS.map(|chunk| Ok::<_, actix_web::Error>(Bytes::from_static(chunk)));
        HttpResponse::Ok().streaming(stream::iter(chunks))
    }

    /// Volumes in the log after these requests; a streamed answer is given up after so many chunks.
    async fn volumes(requests: &[(Method, usize)]) -> Vec<u64> {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::from_lookup(|_| None).unwrap();
        let retention = Retention { access_keep_days: 1, app_keep_days: 1 };
        let folder = LogFolder { dir: dir.path().to_owned(), retention, clock: settings.clock.clone() };
        let (log, writer) = AccessLog::start(folder).unwrap();
        let access = web::Data::new(Access::new(log, &settings, KeptBits { ipv4: 24, ipv6: 48 }));
        let app = App::new().app_data(access).wrap(from_fn(finish)).route("/", web::to(streamed));
        let app = test::init_service(app).await;
        for (method, chunks) in requests {
            let request = test::TestRequest::with_uri("/").method(method.clone()).to_request();
            let mut body = Box::pin(test::call_service(&app, request).await.into_body());
            for _ in 0..*chunks {
                std::future::poll_fn(|cx| body.as_mut().poll_next(cx)).await.unwrap().unwrap();
            }
        }
        drop(writer);
        let file = std::fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap().path();
        let text = std::fs::read_to_string(file).unwrap();
        let volume =
            |line| serde_json::from_str::<serde_json::Value>(line).unwrap()["bytes"].as_u64().unwrap();
        text.lines().map(volume).collect()
    }

    #[tokio::test]
    async fn the_volume_of_what_is_streamed_is_what_was_sent() {
        let requests = [(Method::GET, 3), (Method::GET, 1), (Method::GET, 0), (Method::HEAD, 0)];
        assert_eq!(volumes(&requests).await, [11, 3, 0, 0]);
    }
}
