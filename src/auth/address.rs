//! Where a request comes from.

use std::net::IpAddr;

use actix_web::HttpRequest;

use crate::telemetry::{self, Route};

/// The client's address: the peer's, or what proxies of ours say.
pub fn client(request: &HttpRequest, trusted: &[IpAddr]) -> Option<IpAddr> {
    let joined = |name: &str| {
        let lines: Option<Vec<&str>> =
            request.headers().get_all(name).map(|value| value.to_str().ok()).collect();
        // A line that is no text hides who stands before it.
        let text = lines.map_or_else(|| "unknown".to_owned(), |lines| lines.join(","));
        request.headers().contains_key(name).then_some(text)
    };
    let peer = request.peer_addr().map(|address| address.ip());
    let (forwarded, x_forwarded_for) = (joined("forwarded"), joined("x-forwarded-for"));
    let route = Route { peer, forwarded: forwarded.as_deref(), x_forwarded_for: x_forwarded_for.as_deref() };
    telemetry::client(&route, trusted)
}
