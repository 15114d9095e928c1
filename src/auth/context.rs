//! A page of ours in an iframe, calling back with a context token (connect.md §4.6), or through Forge with an invocation (§11.5):
//! either proves tenant and user, and no permission. Which of the two it takes is a constant of the route.

use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Bytes;

use super::body::Body;
use super::tenant::{self, check_enabled, clear_suspicion, declared_length};
use super::{
    CachedTenant, Caller, Gate, ProvesCaller, extract_by_proof, extract_with_body, forge, request, site_of,
};
use crate::connect::descriptor::Product;
use crate::connect::forge::Invoked;
use crate::connect::forge::modules::{Door, is_for_administrators};
use crate::connect::host::{Acting, Site};
use crate::connect::qsh::CONTEXT_QSH;
use crate::connect::token::TokenError;
use crate::error::{Code, Error};
use crate::openapi::Takes;
use crate::policy::AccountUse;

/// A user of a tenant, in one of our pages.
pub struct ContextCaller {
    pub tenant: Arc<CachedTenant>,
    /// Absent for an anonymous user.
    pub account_id: Option<String>,
    via: Via,
}

/// How the page came here.
enum Via {
    Connect,
    Forge(Box<Invoked>),
}

impl ProvesCaller for ContextCaller {
    const CALLER: Caller = Caller::ConnectContext;
}

extract_by_proof!(ContextCaller);

impl Takes for ContextCaller {}

impl ContextCaller {
    pub async fn prove(request: &HttpRequest, gate: &Gate, _: Payload) -> Result<Self, Error> {
        match request.app_data::<Door>() {
            None => Self::prove_connect(request, gate).await,
            // A page belongs at the door for pages alone.
            Some(Door::Ui) => Self::prove_forge(request, gate).await,
            Some(_) => Err(Error::unauthenticated(TokenError::Module)),
        }
    }

    async fn prove_forge(request: &HttpRequest, gate: &Gate) -> Result<Self, Error> {
        let (tenant, mut invoked) = forge::prove_page(request, gate).await?;
        let account_id = invoked.invocation.account_id.take();
        Ok(Self { tenant, account_id, via: Via::Forge(Box::new(invoked)) })
    }

    async fn prove_connect(request: &HttpRequest, gate: &Gate) -> Result<Self, Error> {
        let (tenant, claims) = tenant::prove(request, gate, request::header_token(request)?).await?;
        // A token that is bound to some URL was made for that URL, not for this one.
        if claims.qsh != CONTEXT_QSH {
            return Err(Error::unauthenticated(TokenError::NotContextToken));
        }
        check_enabled(&tenant)?;
        clear_suspicion(gate, &tenant).await?;
        // A name of no letters is nobody's. Asked about it, a product might answer for the app itself.
        let account_id = claims.sub.filter(|sub| !sub.is_empty());
        Ok(Self { tenant, account_id, via: Via::Connect })
    }

    /// Whether this user administers the product. From a page for everybody nobody does: what they may do there is what everybody
    /// may.
    pub async fn administers(&self, gate: &Gate, account_id: &str) -> Result<bool, Error> {
        Ok(self.is_in_a_page_for_administrators() && gate.admins.is_admin(gate, self, account_id).await?)
    }

    /// Connect's tokens do not say which page they were made for; Forge's do.
    fn is_in_a_page_for_administrators(&self) -> bool {
        match &self.via {
            Via::Connect => true,
            Via::Forge(invoked) => is_for_administrators(&invoked.invocation.module_key),
        }
    }

    /// Where the product is asked what this user may do. Forge sends tokens for it with `invokeRemote`, and none with
    /// `requestRemote`.
    pub fn site(&self) -> Result<Site, Error> {
        let Via::Forge(invoked) = &self.via else {
            return site_of(&self.tenant.known, AccountUse::TalkingToTheInstance);
        };
        let as_user = invoked.user_token.clone().map(|token| (token, Acting::User));
        let as_app = || invoked.system_token.clone().map(|token| (token, Acting::App));
        let (token, who) = as_user.or_else(as_app).ok_or_else(|| Error::new(Code::AppTokenRequired))?;
        Ok(Site::of_invocation(self.tenant.id(), &invoked.invocation.api_base, token, who))
    }

    /// The site's address: what an installation under Connect told, or the invocation itself tells.
    pub fn site_url(&self) -> Option<&str> {
        let known = self.tenant.known.account.get("baseUrl", AccountUse::TalkingToTheInstance);
        match &self.via {
            Via::Connect => known,
            Via::Forge(invoked) => invoked.invocation.site_url.as_deref().or(known),
        }
    }

    pub fn product(&self) -> Product {
        if let Via::Forge(invoked) = &self.via {
            return invoked.invocation.api_base.product();
        }
        match self.tenant.known.account.get("productType", AccountUse::TalkingToTheInstance) {
            Some("confluence") => Product::Confluence,
            _ => Product::Jira,
        }
    }
}

/// A user who administers the product, as the product itself says.
pub struct AdminCaller {
    pub tenant: Arc<CachedTenant>,
    pub account_id: String,
}

impl ProvesCaller for AdminCaller {
    const CALLER: Caller = Caller::ConnectAdmin;
}

extract_by_proof!(AdminCaller);

impl Takes for AdminCaller {}

impl AdminCaller {
    async fn prove(request: &HttpRequest, gate: &Gate, payload: Payload) -> Result<Self, Error> {
        let caller = ContextCaller::prove(request, gate, payload).await?;
        if !caller.is_in_a_page_for_administrators() {
            return Err(Error::unauthenticated(TokenError::Module));
        }
        let account_id = caller.account_id.clone().ok_or_else(|| Error::new(Code::AdminRequired))?;
        if caller.administers(gate, &account_id).await? {
            Ok(Self { tenant: caller.tenant, account_id })
        } else {
            Err(Error::new(Code::AdminRequired))
        }
    }
}

/// An administrator's request with a `B` of at most `LIMIT` bytes. Who is calling is proven before the body is read.
pub struct AdminCall<B, const LIMIT: usize> {
    pub caller: AdminCaller,
    body: Body,
    holds: PhantomData<fn() -> B>,
}

impl<B, const LIMIT: usize> AdminCall<B, LIMIT> {
    async fn prove(request: &HttpRequest, gate: &Gate, mut payload: Payload) -> Result<Self, Error> {
        let caller = AdminCaller::prove(request, gate, Payload::None).await?;
        let body = gate.budget.read(&mut payload, declared_length(request), LIMIT).await?;
        Ok(Self { caller, body, holds: PhantomData })
    }

    pub fn body(&self) -> &Bytes {
        &self.body.bytes
    }
}

impl<B: schemars::JsonSchema + 'static, const LIMIT: usize> ProvesCaller for AdminCall<B, LIMIT> {
    const CALLER: Caller = Caller::ConnectAdmin;
}

extract_with_body!(AdminCall);
