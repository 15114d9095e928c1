//! Hangs up: closes the connection of a request without an answer, as a server does that is down.
//!
//! actix-web has no word for it, so a second handle of each connection's socket is kept beside it.

use std::any::Any;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;

use actix_web::dev::Extensions;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

struct Socket(TcpStream);

/// Marks a request whose connection was closed, for the journal.
pub(super) struct Closed;

/// Called by the server for each new connection.
pub(super) fn remember(connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<actix_web::rt::net::TcpStream>() else { return };
    if let Ok(handle) = stream.as_fd().try_clone_to_owned() {
        data.insert(Socket(handle.into()));
    }
}

/// Closes the connection. The answer is what actix-web is given; it never leaves.
pub(super) fn hang_up(request: &HttpRequest) -> HttpResponse {
    request.extensions_mut().insert(Closed);
    if let Some(Socket(stream)) = request.conn_data::<Socket>() {
        // A failure means that the other side was faster: it is closed either way.
        let _closed = stream.shutdown(Shutdown::Both);
    }
    HttpResponse::ServiceUnavailable().force_close().finish()
}
