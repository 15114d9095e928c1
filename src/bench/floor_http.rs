//! The floor over HTTP: a server of the same framework that reads the same requests and answers the same bytes, and does
//! nothing else. Its answers were recorded from the service under test.

use std::net::SocketAddr;
use std::path::PathBuf;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Context;
use clap::Args;

use super::answer;

/// Headers that every server of this framework writes by itself.
const WRITTEN_BY_SERVER: [&str; 3] = ["content-length", "date", "connection"];

#[derive(Args)]
pub struct Arguments {
    /// A file with a recorded answer.
    answer: PathBuf,
}

/// An answer ready to be given again.
#[derive(Clone)]
struct Recorded {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: web::Bytes,
}

pub async fn run(listen: SocketAddr, arguments: &Arguments) -> anyhow::Result<()> {
    let recorded = Recorded::parse(&std::fs::read(&arguments.answer)?).context("not a recorded answer")?;
    let server = HttpServer::new(move || {
        App::new().app_data(web::Data::new(recorded.clone())).default_service(web::to(answer_again))
    });
    Ok(server.bind(listen)?.run().await?)
}

/// Reads the body, if there is one, and answers.
async fn answer_again(_: web::Bytes, recorded: web::Data<Recorded>) -> HttpResponse {
    let mut answer = HttpResponse::build(recorded.status);
    for header in &recorded.headers {
        answer.insert_header(header.clone());
    }
    answer.body(recorded.body.clone())
}

impl Recorded {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let answer = answer::parse(bytes)?;
        let (head, body) = bytes.split_at_checked(answer.head_length)?;
        let lines = std::str::from_utf8(head).ok()?.lines().filter_map(|line| line.split_once(": "));
        let headers =
            lines.filter(|(name, _)| !WRITTEN_BY_SERVER.iter().any(|own| name.eq_ignore_ascii_case(own)));
        let headers = headers.map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?)));
        Some(Self {
            status: StatusCode::from_u16(answer.status).ok()?,
            headers: headers.collect::<Option<_>>()?,
            body: body.to_vec().into(),
        })
    }
}
