//! A person at the vendor, signed in to the console. What they need to be allowed stands in the handler's signature.
//!
//! The session comes in a cookie, which a browser sends along with requests that other sites make it send. So whatever
//! changes something also needs a header of ours, which no form can send, and must say that it comes from our own pages.

use std::future::Future;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use anyhow::anyhow;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::body::Body;
use super::tenant::declared_length;
use super::{Caller, Gate, ProvesCaller, client, extract_with_body};
use crate::audit::{AuditEvent, AuditKind, Subject, Who};
use crate::clock::Timestamp;
use crate::db::Id;
use crate::error::{Code, Error};
use crate::openapi::{JSON, Operation, Schemas, Takes};
use crate::staff::{Account, SessionToken};
pub use crate::staff::{Needs, needs};

/// The cookie's name. Browsers take it over HTTPS alone, and for no other host.
pub const COOKIE: &str = "__Host-kept";
/// Must be there, whatever it says, where something is changed.
pub const HEADER: &str = "x-kept-console";

/// Somebody who is signed in, and whose role has the permission `N`.
pub struct StaffCaller<N: Needs> {
    pub account: Account,
    pub token: SessionToken,
    /// When the session ends.
    pub until: Timestamp,
    needs: PhantomData<fn() -> N>,
}

impl<N: Needs> StaffCaller<N> {
    pub fn who(&self) -> Who {
        self.account.who()
    }

    async fn prove(request: &HttpRequest, gate: &Gate, _: Payload) -> Result<Self, Error> {
        let token = token(request)?;
        let session = gate.staff.session(&token).await?;
        let (account, until) = session.ok_or_else(|| refused("the session is over, or nobody's"))?;
        check_origin(request, gate)?;
        if !account.role.may(N::PERMISSION) {
            return Err(refuse(request, gate, &account).await?);
        }
        Ok(Self { account, token, until, needs: PhantomData })
    }
}

impl<N: Needs> ProvesCaller for StaffCaller<N> {
    const CALLER: Caller = Caller::Staff(N::PERMISSION);
}

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

impl<N: Needs> Takes for StaffCaller<N> {}

impl<N: Needs> FromRequest for StaffCaller<N> {
    type Error = Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let gate = super::gate(&request)?;
            Self::prove(&request, &gate, payload).await
        })
    }
}

/// As [`StaffCaller`], with a `B` of at most `LIMIT` bytes. Who is calling is proven before it is read.
pub struct StaffCall<N: Needs, B, const LIMIT: usize> {
    pub caller: StaffCaller<N>,
    body: Body,
    holds: PhantomData<fn() -> B>,
}

impl<N: Needs, B: DeserializeOwned, const LIMIT: usize> StaffCall<N, B, LIMIT> {
    pub fn read(&self) -> serde_json::Result<B> {
        serde_json::from_slice(self.body())
    }
}

impl<N: Needs, B, const LIMIT: usize> StaffCall<N, B, LIMIT> {
    /// The body as it came: the same request once more has the same.
    pub fn body(&self) -> &Bytes {
        &self.body.bytes
    }
}

impl<N: Needs, B: JsonSchema, const LIMIT: usize> Takes for StaffCall<N, B, LIMIT> {
    fn takes(operation: &mut Operation, schemas: &mut Schemas) {
        let schema = schemas.received::<B>();
        operation.takes_body(JSON, schema, LIMIT);
    }
}

impl<N: Needs, B: JsonSchema + 'static, const LIMIT: usize> ProvesCaller for StaffCall<N, B, LIMIT> {
    const CALLER: Caller = Caller::Staff(N::PERMISSION);
}

impl<N: Needs, B: 'static, const LIMIT: usize> FromRequest for StaffCall<N, B, LIMIT> {
    type Error = Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let gate = super::gate(&request)?;
            let caller = StaffCaller::prove(&request, &gate, Payload::None).await?;
            let body = gate.budget.read(&mut payload, declared_length(&request), LIMIT).await?;
            Ok(Self { caller, body, holds: PhantomData })
        })
    }
}

/// Anybody at the door of the console, with what they show. It must come from our own page.
pub struct StaffDoor<B, const LIMIT: usize> {
    body: Body,
    /// Where they are.
    pub address: Option<IpAddr>,
    holds: PhantomData<fn() -> B>,
}

impl<B, const LIMIT: usize> StaffDoor<B, LIMIT> {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        check_origin(request, gate)?;
        let body = gate.budget.read(&mut payload, declared_length(request), LIMIT).await?;
        Ok(Self { body, address: client(request, &gate.trusted_proxies), holds: PhantomData })
    }

    pub fn body(&self) -> &Bytes {
        &self.body.bytes
    }
}

impl<B: JsonSchema + 'static, const LIMIT: usize> ProvesCaller for StaffDoor<B, LIMIT> {
    const CALLER: Caller = Caller::Public;

    fn shows(_: &Method) -> &'static [&'static str] {
        &["consolePage"]
    }

    fn refusals() -> &'static [Code] {
        &[Code::Unauthenticated, Code::CrossSite, Code::PasswordChangeRequired, Code::TooManyRequests]
    }
}

extract_with_body!(StaffDoor);

/// The one session cookie of the request. Two are none: somebody may have put one beside ours.
fn token(request: &HttpRequest) -> Result<SessionToken, Error> {
    let headers = request.headers().get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
    let pairs = headers.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(value), None) => {
            SessionToken::parse(value).ok_or_else(|| refused("the cookie is none of ours"))
        }
        (None, _) => Err(refused("there is no session cookie")),
        (Some(_), Some(_)) => Err(refused("there are two session cookies")),
    }
}

#[track_caller]
fn refused(why: &'static str) -> Error {
    Error::unauthenticated(anyhow!(why))
}

/// What changes something comes from a page of ours: it has our header, and the browser says so.
fn check_origin(request: &HttpRequest, gate: &Gate) -> Result<(), Error> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(());
    }
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let is_own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) if site != "same-origin" => false,
        (_, Some(origin)) => gate.base_urls.iter().any(|base| base.origin() == origin),
        (Some(_), None) => true,
        (None, None) => false,
    };
    if is_own && text(HEADER).is_some() { Ok(()) } else { Err(Error::new(Code::CrossSite)) }
}

/// A role that does not allow it. The attempt is recorded: with the customer whose ticket it was about, if there is one.
async fn refuse(request: &HttpRequest, gate: &Gate, account: &Account) -> Result<Error, Error> {
    let number = request.match_info().get("ticket").map(str::to_owned);
    let subject = match number {
        Some(number) => gate.audit.subject(&number).await?,
        None => None,
    };
    record_refusal(request, gate, &account.who(), subject.as_ref()).await?;
    Ok(Error::new(Code::NotPermitted).because(anyhow!("the role {} does not allow this", account.role)))
}

/// Enters an attempt that was refused.
pub async fn record_refusal(
    request: &HttpRequest,
    gate: &Gate,
    who: &Who,
    subject: Option<&Subject>,
) -> Result<(), Error> {
    let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
    let tenant = subject.map_or(Id::NONE, |subject| subject.tenant);
    let event = AuditEvent::by(who, tenant, AuditKind::AccessRefused);
    let event = event.about(format!("{} {route}", request.method()));
    let event = match subject {
        Some(subject) => event.on(subject.ticket, &subject.number),
        None => event,
    };
    gate.audit.write(event).await
}
