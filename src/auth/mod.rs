//! Who is calling. One extractor per kind of caller: a handler states its caller in its signature, and cannot be written
//! without one.

mod address;
mod admins;
mod body;
mod cache;
mod context;
mod context_call;
mod form;
mod lifecycle;
mod request;
pub mod staff;
mod tenant;

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::{FromRequest, HttpRequest, web};

use crate::audit::Audit;
use crate::clock::Clock;
use crate::config::BaseUrl;
use crate::connect::host::HostClient;
use crate::connect::install_keys::InstallKeys;
use crate::error::{Code, Error};
use crate::staff::{Permission, Staff};
use crate::tenancy::Tenancy;
pub use address::client;
pub use admins::{Admins, sight, site_of};
pub use body::BodyBudget;
pub use cache::{CachedTenant, TenantCache};
pub use context::{AdminCall, AdminCaller, ContextCaller};
pub use context_call::ContextCall;
pub use form::PublicForm;
pub use lifecycle::LifecycleCall;
pub use staff::{StaffCall, StaffCaller, StaffDoor};
pub use tenant::{PageCaller, ProvenTenant, TenantEvent};

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
    /// A Forge Remote invocation: RS256 by JWKS.
    Forge,
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
            Self::Forge => "forge",
            Self::Staff(permission) => permission.as_str(),
        }
    }
}

/// An extractor that proves a caller. The first argument of every handler is one.
pub trait ProvesCaller: FromRequest {
    const CALLER: Caller;
}

/// No proof: the handler answers anybody.
pub struct Public;

impl ProvesCaller for Public {
    const CALLER: Caller = Caller::Public;
}

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
    pub host: Arc<HostClient>,
    pub admins: Admins,
    pub budget: BodyBudget,
    pub staff: Staff,
    pub audit: Audit,
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

/// The gate of this application.
fn gate(request: &HttpRequest) -> Result<web::Data<Gate>, Error> {
    let gate = request.app_data::<web::Data<Gate>>().cloned();
    gate.ok_or_else(|| Error::new(Code::Internal).because(anyhow::anyhow!("the gate is not registered")))
}
