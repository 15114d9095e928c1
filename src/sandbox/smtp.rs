//! A mail server of a few commands (RFC 5321): it takes every mail, and shows it on the page and to tests. Addresses tell
//! it to fail: `bounce@…` is refused for good, `later@…` for now.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::faults::MailServer;
use super::mails::Envelope;
use super::world::World;

/// RFC 5321 §4.5.3.1.4 and .6 ask for 512 and 1000; more is somebody else's fault.
const LINE_MAX: u64 = 4_096;
const MAIL_MAX: usize = 1_000_000;

/// Takes connections until the runtime ends.
pub(super) async fn listen(world: Arc<World>, listener: TcpListener) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let world = Arc::clone(&world);
        // A client that goes away in the middle has told us nothing.
        tokio::spawn(async move { Session::new(world, stream).run().await.ok() });
    }
}

struct Session {
    world: Arc<World>,
    stream: BufReader<TcpStream>,
    envelope: Envelope,
}

impl Session {
    fn new(world: Arc<World>, stream: TcpStream) -> Self {
        Self { world, stream: BufReader::new(stream), envelope: Envelope::default() }
    }

    async fn run(mut self) -> io::Result<()> {
        if self.world.faults.mail() == MailServer::Down {
            return Ok(());
        }
        self.say("220 sandbox ready").await?;
        while let Some(line) = self.line().await? {
            let (verb, rest) = line.split_at_checked(4).unwrap_or((line.as_str(), ""));
            let answer = match (verb.to_ascii_uppercase().as_str(), rest.trim()) {
                ("EHLO", _) => "250-sandbox\r\n250-SIZE 1000000\r\n250 8BITMIME",
                ("HELO", _) => "250 sandbox",
                ("MAIL", rest) => self.mail(rest),
                ("RCPT", rest) => self.rcpt(rest),
                ("DATA", _) => self.data().await?,
                ("RSET", _) => {
                    self.envelope = Envelope::default();
                    "250 forgotten"
                }
                ("NOOP", _) => "250 nothing done",
                ("QUIT", _) => return self.say("221 good-bye").await,
                _ => "500 unknown command",
            };
            self.say(answer).await?;
        }
        Ok(())
    }

    fn mail(&mut self, rest: &str) -> &'static str {
        match address(rest, "FROM:") {
            Some(from) => {
                self.envelope = Envelope { from, to: Vec::new() };
                "250 go on"
            }
            None => "501 expected MAIL FROM:<address>",
        }
    }

    fn rcpt(&mut self, rest: &str) -> &'static str {
        let Some(to) = address(rest, "TO:") else { return "501 expected RCPT TO:<address>" };
        match to.split_once('@') {
            _ if self.envelope.from.is_empty() => "503 MAIL comes first",
            _ if self.world.faults.mail() == MailServer::Busy => "451 4.3.2 try again later",
            // A real server repeats the address, so whoever logs its answer logs an address.
            Some(("bounce", _)) => "550 5.1.1 <bounce@…>: nobody of that name",
            Some(("later", _)) => "451 4.3.0 <later@…>: try again later",
            Some(_) => {
                self.envelope.to.push(to);
                "250 go on"
            }
            None => "501 expected an address",
        }
    }

    async fn data(&mut self) -> io::Result<&'static str> {
        if self.envelope.to.is_empty() {
            return Ok("554 nobody to deliver it to");
        }
        self.say("354 end it with a line of one dot").await?;
        let mut text = Vec::new();
        while let Some(line) = self.line().await? {
            if line == "." {
                return self.take(&text).await;
            }
            // RFC 5321 §4.5.2: a dot that was put before a line's own is taken away.
            text.extend_from_slice(line.strip_prefix('.').unwrap_or(&line).as_bytes());
            text.extend_from_slice(b"\r\n");
            if text.len() > MAIL_MAX {
                return Err(io::Error::other("the mail is too large"));
            }
        }
        Err(io::ErrorKind::UnexpectedEof.into())
    }

    /// Keeps a mail, and says so as it was told to.
    async fn take(&mut self, text: &[u8]) -> io::Result<&'static str> {
        let envelope = std::mem::take(&mut self.envelope);
        let answer = self.world.mails.take(envelope, text, self.world.clock.now());
        match self.world.faults.mail() {
            MailServer::FailAfter => return Err(io::ErrorKind::ConnectionAborted.into()),
            MailServer::Slow(duration) => tokio::time::sleep(duration).await,
            _ => {}
        }
        Ok(answer)
    }

    /// The next line without its end; `None` when the client has gone.
    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        (&mut self.stream).take(LINE_MAX).read_until(b'\n', &mut line).await?;
        if !line.ends_with(b"\r\n") {
            return Ok(None);
        }
        line.truncate(line.len() - 2);
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }

    async fn say(&mut self, answer: &str) -> io::Result<()> {
        self.stream.get_mut().write_all(format!("{answer}\r\n").as_bytes()).await
    }
}

/// The address in `FROM:<ada@example.com> BODY=8BITMIME`.
fn address(rest: &str, word: &str) -> Option<String> {
    let (given, rest) = rest.split_at_checked(word.len())?;
    let (address, _) = rest.trim_start().strip_prefix('<')?.split_once('>')?;
    (given.eq_ignore_ascii_case(word) && !address.is_empty()).then(|| address.to_owned())
}
