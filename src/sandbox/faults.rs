//! What goes wrong at the site when it is told to: its key server, its REST API, its webhooks, the vendor's desk, the
//! mail server.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How the server of install keys behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyServer {
    #[default]
    Up,
    /// Takes the connection and closes it without an answer.
    Down,
    Slow(Duration),
    Status(u16),
    /// Answers with a well-formed key that signed nothing.
    WrongKey,
}

/// How the REST API behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rest {
    #[default]
    Up,
    Down,
    Slow(Duration),
    Status(u16),
    TooManyRequests {
        retry_after: u32,
    },
}

/// How the vendor's own service desk behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Desk {
    #[default]
    Up,
    Down,
    /// Does what it is asked for, and answers late.
    Slow(Duration),
    Status(u16),
    /// Does what it is asked for, and answers 500.
    FailAfter,
    TooManyRequests {
        retry_after: u32,
    },
    /// Lets nobody raise requests on behalf of others.
    NoOnBehalf,
    /// Fails whenever a request is raised on behalf of somebody.
    OnBehalfFails,
    /// Everybody may be a customer, so nobody can be taken off the list of customers.
    OpenAccess,
}

/// How the mail server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MailServer {
    #[default]
    Up,
    /// Takes the connection and closes it without a word.
    Down,
    /// Takes mails, and says so late.
    Slow(Duration),
    /// Asks to come back later.
    Busy,
    /// Takes mails, and closes the connection before it says so.
    FailAfter,
}

/// How webhooks are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WebhookFaults {
    /// Each is delivered twice under one identifier.
    pub duplicate: bool,
    /// Each is kept back until the next one has been delivered.
    pub out_of_order: bool,
}

#[derive(Default)]
pub struct Faults(Mutex<Set>);

#[derive(Clone, Copy, Default)]
struct Set {
    key_server: KeyServer,
    forge_keys: KeyServer,
    rest: Rest,
    desk: Desk,
    /// Which calls of the desk its fault strikes: their method, and what their path ends in. All where none are named.
    desk_at: Option<(&'static str, &'static str)>,
    mail: MailServer,
    webhooks: WebhookFaults,
}

impl Faults {
    pub fn key_server(&self) -> KeyServer {
        self.set().key_server
    }

    pub fn set_key_server(&self, fault: KeyServer) {
        self.set().key_server = fault;
    }

    /// How the keys of Forge are served.
    pub fn forge_keys(&self) -> KeyServer {
        self.set().forge_keys
    }

    pub fn set_forge_keys(&self, fault: KeyServer) {
        self.set().forge_keys = fault;
    }

    pub fn rest(&self) -> Rest {
        self.set().rest
    }

    pub fn set_rest(&self, fault: Rest) {
        self.set().rest = fault;
    }

    pub fn desk(&self) -> Desk {
        self.set().desk
    }

    /// How it behaves towards one call.
    pub fn desk_for(&self, method: &str, path: &str) -> Desk {
        let set = self.set();
        let is_struck = set.desk_at.is_none_or(|(only, end)| only == method && path.ends_with(end));
        if is_struck { set.desk } else { Desk::Up }
    }

    pub fn set_desk(&self, fault: Desk) {
        let mut set = self.set();
        (set.desk, set.desk_at) = (fault, None);
    }

    /// Only calls of this method whose path ends so go wrong.
    pub fn set_desk_at(&self, method: &'static str, path_end: &'static str, fault: Desk) {
        let mut set = self.set();
        (set.desk, set.desk_at) = (fault, Some((method, path_end)));
    }

    pub fn mail(&self) -> MailServer {
        self.set().mail
    }

    pub fn set_mail(&self, fault: MailServer) {
        self.set().mail = fault;
    }

    pub fn webhooks(&self) -> WebhookFaults {
        self.set().webhooks
    }

    pub fn set_webhooks(&self, faults: WebhookFaults) {
        self.set().webhooks = faults;
    }

    /// Everything works again.
    pub fn clear(&self) {
        *self.set() = Set::default();
    }

    fn set(&self) -> MutexGuard<'_, Set> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
