//! The way to a mail server: SMTP, encrypted wherever it leaves the machine.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use url::{Host, Url};

use super::{Address, Delivered, Mail, MailError};
use crate::clock::Timestamp;

/// Connecting alone.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// Until the server has greeted us, encryption and login included.
const OPEN_MAX: Duration = Duration::from_secs(20);
/// Everything until the server has taken the mail.
const DELIVERY_MAX: Duration = Duration::from_secs(60);
/// How long a server that did not answer is left alone: whoever has a hundred mails for it must not wait for each.
const AWAY: Duration = Duration::from_secs(30);
/// Saying good-bye, when nothing depends on it any more.
const QUIT_MAX: Duration = Duration::from_secs(2);

pub struct Server {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    hello: ClientId,
    /// When it is asked again after it did not answer, in milliseconds.
    away_until: AtomicI64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    /// Encrypted from the first byte (RFC 8314).
    FromStart,
    /// `STARTTLS`, or no mail.
    Upgraded,
    /// `STARTTLS` if it is offered. Only where the mail stays on this machine, or on a developer's network.
    IfOffered,
}

impl Server {
    /// Reads `smtp://host:port` or `smtps://user:password@host`. The error holds nothing of the URL.
    pub fn parse(url: &str, hello: &str, is_development: bool) -> Result<Self, String> {
        let expected = || "expected smtp://host:port or smtps://user:password@host".to_owned();
        let url = Url::parse(url).map_err(|_| expected())?;
        // The parser does not know these schemes, so it leaves an address as text.
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(expected)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let may_be_plain = is_development || is_loopback(&host);
        let (security, port) = match url.scheme() {
            "smtps" => (Security::FromStart, 465),
            "smtp" if may_be_plain => (Security::IfOffered, 587),
            "smtp" => (Security::Upgraded, 587),
            _ => return Err(expected()),
        };
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(expected());
        }
        let port = url.port().unwrap_or(port);
        let hello = ClientId::Domain(hello.to_owned());
        let credentials = credentials(&url).ok_or_else(expected)?;
        Ok(Self { host, port, security, credentials, hello, away_until: AtomicI64::new(i64::MIN) })
    }

    /// Hands one mail over in one transaction. Who is refused for good is left out of it.
    pub async fn deliver(
        &self,
        from: &lettre::Address,
        mail: &Mail,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<Delivered, MailError> {
        if now.as_millis() < self.away_until.load(Ordering::Relaxed) {
            return Err(MailError::Later("it did not answer a moment ago".to_owned()));
        }
        let delivery = async {
            let opened = tokio::time::timeout(OPEN_MAX, self.open()).await;
            let opened =
                opened.map_err(|_| self.is_away(now, MailError::Later("no answer in time".to_owned())))?;
            let mut session = opened.map_err(|error| self.is_away(now, later(&error)))?;
            match transact(&mut session, from, mail, bytes).await {
                Ok(delivered) => Ok((session, delivered)),
                Err(error) => {
                    session.abort().await;
                    Err(error)
                }
            }
        };
        let (mut session, delivered) = tokio::time::timeout(DELIVERY_MAX, delivery)
            .await
            .map_err(|_| MailError::Later("no answer in time".to_owned()))??;
        let _said = tokio::time::timeout(QUIT_MAX, session.quit()).await;
        Ok(delivered)
    }

    fn is_away(&self, now: Timestamp, error: MailError) -> MailError {
        self.away_until.store(now.plus(AWAY).as_millis(), Ordering::Relaxed);
        error
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Error> {
        let tls = || TlsParameters::builder(self.host.clone()).build();
        let from_start = if self.security == Security::FromStart { Some(tls()?) } else { None };
        let server = (self.host.as_str(), self.port);
        let mut session =
            AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT_MAX), &self.hello, from_start, None)
                .await?;
        if self.security == Security::Upgraded
            || (self.security == Security::IfOffered && session.can_starttls())
        {
            session.starttls(tls()?, &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            session.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        Ok(session)
    }
}

/// The recipient first, then the copy. What the server says about a recipient is about that one alone; what it says about
/// us may change when an operator has looked.
async fn transact(
    session: &mut AsyncSmtpConnection,
    from: &lettre::Address,
    mail: &Mail,
    bytes: &[u8],
) -> Result<Delivered, MailError> {
    session.command(MailFrom::new(Some(from.clone()), Vec::new())).await.map_err(|error| later(&error))?;
    let mut refused = Vec::new();
    let mut code = name(session, &mail.to).await?;
    refused.extend(code.map(|_| mail.to.clone()));
    if let Some(cc) = &mail.cc {
        let refusal = name(session, cc).await.map_err(|error| match error {
            MailError::Later(cause) if refused.is_empty() => MailError::CopyLater(cause),
            other => other,
        })?;
        refused.extend(refusal.map(|_| cc.clone()));
        code = code.and(refusal);
    }
    if let Some(code) = code {
        return Err(MailError::Undeliverable(code));
    }
    let or_refused = |error: Error| refusal(&error).map_or_else(|| later(&error), MailError::Undeliverable);
    session.command(Data).await.map_err(or_refused)?;
    session.message(bytes).await.map_err(or_refused)?;
    Ok(Delivered { refused })
}

/// Names one recipient. Returns with which code it is refused for good, if it is.
async fn name(session: &mut AsyncSmtpConnection, recipient: &Address) -> Result<Option<u16>, MailError> {
    match session.command(Rcpt::new(recipient.inner().clone(), Vec::new())).await {
        Ok(_) => Ok(None),
        Err(error) => refusal(&error).ok_or_else(|| later(&error)).map(Some),
    }
}

/// A 5xx, which stays as it is.
fn refusal(error: &Error) -> Option<u16> {
    error.is_permanent().then(|| error.status().map_or(0, u16::from))
}

/// In our own words: a server's answer repeats addresses.
fn later(error: &Error) -> MailError {
    let cause = match error.status() {
        Some(code) => format!("it answered {code}"),
        None if error.is_timeout() => "no answer in time".to_owned(),
        None if error.is_tls() => "no encrypted connection".to_owned(),
        None if error.is_client() => "it lacks what we need (encryption, or a way to log in)".to_owned(),
        None if error.is_response() => "its answer cannot be read".to_owned(),
        None => "cannot connect".to_owned(),
    };
    MailError::Later(cause)
}

/// `None` when half of them is missing, or they cannot be read.
fn credentials(url: &Url) -> Option<Option<Credentials>> {
    let decode = |text: &str| {
        let pairs = format!("x={}", text.replace('+', "%2B"));
        url::form_urlencoded::parse(pairs.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    match (url.username(), url.password()) {
        ("", None) => Some(None),
        ("", Some(_)) | (_, None) => None,
        (user, Some(password)) => Some(Some(Credentials::new(decode(user)?, decode(password)?))),
    }
}

fn is_loopback(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Domain(name)) => name == "localhost",
        _ => host == "::1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str, is_development: bool) -> Option<(String, u16, Security, bool)> {
        let server = Server::parse(url, "example.com", is_development).ok()?;
        Some((server.host, server.port, server.security, server.credentials.is_some()))
    }

    #[test]
    fn mail_leaves_the_machine_encrypted_or_not_at_all() {
        let of = |url| parsed(url, false).map(|(_, port, security, _)| (port, security));
        assert_eq!(of("smtps://u:p@mail.example.com"), Some((465, Security::FromStart)));
        assert_eq!(of("smtps://127.0.0.1"), Some((465, Security::FromStart)));
        assert_eq!(of("smtp://mail.example.com:25"), Some((25, Security::Upgraded)));
        assert_eq!(of("smtp://u:p@mail.example.com"), Some((587, Security::Upgraded)));
        for near in ["smtp://127.0.0.1:8025", "smtp://localhost:8025", "smtp://[::1]:8025"] {
            assert_eq!(of(near), Some((8025, Security::IfOffered)), "{near}");
        }
        let of = parsed("smtp://mail:1025", true).map(|(_, port, security, _)| (port, security));
        assert_eq!(of, Some((1025, Security::IfOffered)));
    }

    #[test]
    fn who_logs_in_says_both_halves() {
        assert!(parsed("smtps://u:p@mail.example.com", false).is_some_and(|(.., login)| login));
        let server = Server::parse("smtps://a%40b.example:p%2Fw+1@mail.example.com", "x", false).unwrap();
        let login = Credentials::new("a@b.example".into(), "p/w+1".into());
        assert!(server.credentials == Some(login));
        for wrong in ["smtps://u@mail.example.com", "smtps://:p@mail.example.com", "smtp://", "mail:25"] {
            assert_eq!(parsed(wrong, false), None, "{wrong}");
        }
        for wrong in
            ["http://mail.example.com", "smtp://mail.example.com/x", "smtp://mail.example.com?tls=off"]
        {
            assert_eq!(parsed(wrong, false), None, "{wrong}");
        }
    }
}
