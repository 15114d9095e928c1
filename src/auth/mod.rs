//! Who is calling. One extractor per kind of caller: a handler states its caller in its signature, and cannot be written
//! without one.

mod address;
mod admins;
mod body;
mod cache;
mod context;
mod context_call;
mod forge;
pub mod forge_past;
mod form;
mod lifecycle;
mod link_form;
mod migration;
mod multipart;
mod peer;
mod product;
mod query;
mod request;
pub mod staff;
mod tenant;

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest, web};

use crate::audit::Audit;
use crate::clock::Clock;
use crate::config::BaseUrl;
use crate::connect::forge::Forge;
pub use crate::connect::forge::modules::Door;
use crate::connect::host::HostClient;
use crate::connect::install_keys::InstallKeys;
use crate::error::{Code, Error};
use crate::moves::Moves;
use crate::openapi::Takes;
use crate::staff::{Permission, Staff};
use crate::tenancy::Tenancy;
pub use address::client;
pub use admins::{Admins, sight, site_of};
pub use body::BodyBudget;
pub use cache::{CachedTenant, TenantCache};
pub use context::{AdminCall, AdminCaller, ContextCaller};
pub use context_call::ContextCall;
pub use forge::{ForgeEvent, prove_at};
pub use form::PublicForm;
pub use lifecycle::LifecycleCall;
pub use link_form::LinkForm;
pub use migration::{MigrationCall, MigrationStep};
pub use peer::{PeerFrame, PeerOffer};
pub use product::{Hosts, office_of_invocation};
pub use query::Query;
pub use staff::{StaffCall, StaffCaller, StaffDoor};
pub use tenant::{PageCaller, ProvenSite, ProvenTenant, TenantEvent};

/// Every kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Anybody.
    Public,
    /// The product, for one tenant: HS256 with its secret, bound to method and URL.
    ConnectTenant,
    /// A page in an iframe: HS256 with the tenant's secret, `context-qsh`.
    ConnectContext,
    /// As [`Caller::ConnectContext`], and the product says that the user administers it.
    ConnectAdmin,
    /// Atlassian itself: RS256 with an install key.
    ConnectLifecycle,
    /// A service of Atlassian's that moves sites between regions: RS256 with an install key, or HS256 with the site's secret.
    Migration,
    /// Another deployment of the vendor's, in a conversation that only both can read.
    Peer,
    /// A page in Forge: RS256 under Forge's keys, in one of the modules that are pages.
    ForgeUser,
    /// As [`Caller::ForgeUser`], and the product says that the user administers it.
    ForgeAdmin,
    /// An event that Forge sends: RS256 under Forge's keys, of a module that belongs to the address.
    ForgeEvent,
    /// A person at the vendor whose role has this permission.
    Staff(Permission),
}

impl Caller {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::ConnectTenant => "connect tenant",
            Self::ConnectContext => "connect context",
            Self::ConnectAdmin => "connect admin",
            Self::ConnectLifecycle => "connect life cycle",
            Self::Migration => "migration service",
            Self::Peer => "another deployment",
            Self::ForgeUser => "forge user",
            Self::ForgeAdmin => "forge admin",
            Self::ForgeEvent => "forge event",
            Self::Staff(permission) => permission.as_str(),
        }
    }

    /// Who it is where Forge calls: a page is proven by its invocation there, and by nothing else.
    pub const fn through_forge(self) -> Self {
        match self {
            Self::ConnectContext => Self::ForgeUser,
            Self::ConnectAdmin => Self::ForgeAdmin,
            Self::Migration => Self::ForgeEvent,
            other => other,
        }
    }

    /// What such a caller shows, as the description of the interface calls it.
    pub fn shows(self, method: &Method) -> &'static [&'static str] {
        match self {
            Self::Public => &[],
            Self::ConnectTenant => &["connectTenant"],
            Self::ConnectContext => &["connectContext"],
            Self::ConnectAdmin => &["connectAdmin"],
            Self::ConnectLifecycle => &["connectLifecycle"],
            Self::Migration => &["connectMigration"],
            Self::Peer => &["deployment"],
            Self::ForgeUser | Self::ForgeAdmin | Self::ForgeEvent => &["forge"],
            Self::Staff(_) if matches!(*method, Method::GET) => &["staffSession"],
            Self::Staff(_) => &["staffSession", "consolePage"],
        }
    }

    /// What it may be refused with before anybody looks at what it wants.
    pub const fn refusals(self) -> &'static [Code] {
        match self {
            Self::Public => &[],
            Self::ConnectTenant => &[Code::Unauthenticated, Code::AmbiguousRequest],
            Self::Peer => &[Code::Unauthenticated],
            Self::ConnectLifecycle | Self::ForgeEvent | Self::Migration => {
                &[Code::Unauthenticated, Code::AmbiguousRequest, Code::Unavailable]
            }
            Self::ConnectContext => &[Code::Unauthenticated, Code::AmbiguousRequest, Code::TenantDisabled],
            Self::ForgeUser => {
                &[Code::Unauthenticated, Code::AmbiguousRequest, Code::TenantDisabled, Code::Unavailable]
            }
            Self::ForgeAdmin => &[
                Code::Unauthenticated,
                Code::AmbiguousRequest,
                Code::TenantDisabled,
                Code::Unavailable,
                Code::AdminRequired,
                Code::HostUnavailable,
            ],
            Self::ConnectAdmin => &[
                Code::Unauthenticated,
                Code::AmbiguousRequest,
                Code::TenantDisabled,
                Code::AdminRequired,
                Code::HostUnavailable,
            ],
            Self::Staff(_) => &[Code::Unauthenticated, Code::NotPermitted, Code::CrossSite],
        }
    }
}

/// An extractor that proves a caller. The first argument of every handler is one.
pub trait ProvesCaller: FromRequest + Takes {
    const CALLER: Caller;

    /// What has to be shown with such a request.
    fn shows(method: &Method) -> &'static [&'static str] {
        Self::CALLER.shows(method)
    }

    /// What it may be refused with before anybody looks at what it wants.
    fn refusals() -> &'static [Code] {
        Self::CALLER.refusals()
    }
}

/// No proof: the handler answers anybody.
pub struct Public;

impl ProvesCaller for Public {
    const CALLER: Caller = Caller::Public;
}

impl Takes for Public {}

impl FromRequest for Public {
    type Error = Error;
    type Future = std::future::Ready<Result<Self, Error>>;

    fn from_request(_: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        std::future::ready(Ok(Self))
    }
}

/// Everything that is needed to decide who is calling. Registered as application data.
pub struct Gate {
    pub clock: Clock,
    pub app_key: String,
    /// The base URL first, then the former ones: each is an accepted audience.
    pub base_urls: Vec<BaseUrl>,
    pub tenants: Arc<TenantCache>,
    pub tenancy: Tenancy,
    pub install_keys: InstallKeys,
    /// Absent where the app has no Forge side.
    pub forge: Option<Forge>,
    pub host: Arc<HostClient>,
    pub admins: Admins,
    pub budget: BodyBudget,
    pub staff: Staff,
    pub audit: Audit,
    pub moves: Moves,
    pub trusted_proxies: Vec<IpAddr>,
}

/// Marks requests that came with the path prefix of the base URL still in place.
#[derive(Clone, Copy)]
pub struct UnderPrefix;

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

/// Makes an extractor of a type that has `async fn prove(&HttpRequest, &Gate, Payload) -> Result<Self, Error>`.
macro_rules! extract_by_proof {
    ($type:ty $(, $limit:ident)?) => {
        impl$(<const $limit: usize>)? actix_web::FromRequest for $type {
            type Error = Error;
            type Future = $crate::auth::Extracting<Self>;

            fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
                let (request, payload) = (request.clone(), payload.take());
                Box::pin(async move {
                    let gate = $crate::auth::gate(&request)?;
                    Self::prove(&request, &gate, payload).await
                })
            }
        }
    };
}
use extract_by_proof;

/// As [`extract_by_proof`], of a type with a body of `B`, at most `LIMIT` bytes of it.
macro_rules! extract_with_body {
    ($call:ident) => {
        impl<B: schemars::JsonSchema + 'static, const LIMIT: usize> actix_web::FromRequest
            for $call<B, LIMIT>
        {
            type Error = Error;
            type Future = $crate::auth::Extracting<Self>;

            fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
                let (request, payload) = (request.clone(), payload.take());
                Box::pin(async move {
                    let gate = $crate::auth::gate(&request)?;
                    Self::prove(&request, &gate, payload).await
                })
            }
        }

        impl<B: schemars::JsonSchema, const LIMIT: usize> $crate::openapi::Takes for $call<B, LIMIT> {
            fn takes(operation: &mut $crate::openapi::Operation, schemas: &mut $crate::openapi::Schemas) {
                let schema = schemas.received::<B>();
                operation.takes_body($crate::openapi::JSON, schema, LIMIT);
            }
        }

        impl<B: serde::de::DeserializeOwned, const LIMIT: usize> $call<B, LIMIT> {
            /// The body, as what it should be. What is wrong with it may repeat what stands in it.
            pub fn read(&self) -> serde_json::Result<B> {
                serde_json::from_slice(self.body())
            }
        }
    };
}
use extract_with_body;

/// What the service itself gives to a handler.
impl Takes for HttpRequest {}
impl<T: ?Sized + 'static> Takes for web::Data<T> {}
/// The names stand in the address of the route.
impl<T> Takes for web::Path<T> {}

/// The gate of this application.
fn gate(request: &HttpRequest) -> Result<web::Data<Gate>, Error> {
    let gate = request.app_data::<web::Data<Gate>>().cloned();
    gate.ok_or_else(|| Error::new(Code::Internal).because(anyhow::anyhow!("the gate is not registered")))
}
