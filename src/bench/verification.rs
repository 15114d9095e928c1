//! The verification of tokens alone, in this process: what a request costs before anything answers it.

use std::time::Duration;

use anyhow::{Context, ensure};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use aws_lc_rs::{constant_time, hmac};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::json;

use super::Bench;
use super::child::own_cpu;
use super::load::Measured;
use super::pages::{self, PATH};
use super::report::{Report, Row};
use super::tenants::Tenant;
use crate::clock::{Clock, Stopwatch};
use crate::connect::qsh::Qsh;
use crate::connect::token::{HmacSecret, RsaKey, Unverified};
use crate::sandbox::{Keys, SigningKey, sign};

/// How often one looks whether the window is over.
const LOOKS_EVERY: u64 = 256;

pub fn measure(bench: &Bench<'_>, report: &mut Report) -> anyhow::Result<()> {
    let signed: Vec<Signed> = bench.tenants.iter().map(Signed::new).collect::<anyhow::Result<_>>()?;
    let window = bench.arguments.window().min(Duration::from_secs(3));
    let floor = report.add(Row::of("HS256 alone", &repeat(window, |nth| pick(&signed, nth)?.hs256())?));
    let whole = repeat(window, |nth| pick(&signed, nth)?.verify())?;
    report.add(Row::of("token read, HS256, times, qsh", &whole).above(floor));

    let rsa = RsaSigned::new(bench.tenants.first().context("no tenant")?)?;
    let floor = report.add(Row::of("RS256 alone", &repeat(window, |_| rsa.rs256())?));
    let whole = repeat(window, |_| rsa.verify())?;
    report.add(Row::of("token read, RS256, times", &whole).above(floor));
    Ok(())
}

fn pick(signed: &[Signed], nth: u64) -> anyhow::Result<&Signed> {
    signed.get(usize::try_from(nth).unwrap_or_default() % signed.len()).context("no tenant")
}

/// Runs `one` until the window is over.
fn repeat(
    window: Duration,
    mut one: impl FnMut(u64) -> anyhow::Result<()>,
) -> anyhow::Result<(Measured, Duration)> {
    let (before, running, mut measured) = (own_cpu()?, Stopwatch::start(), Measured::default());
    while running.elapsed() < window {
        for nth in measured.done..measured.done + LOOKS_EVERY {
            one(nth)?;
        }
        measured.done += LOOKS_EVERY;
    }
    measured.wall = running.elapsed();
    Ok((measured, own_cpu()?.saturating_sub(before)))
}

/// A page load's token, and what proves it.
struct Signed {
    token: String,
    query: String,
    secret: HmacSecret,
    key: hmac::Key,
}

impl Signed {
    fn new(tenant: &Tenant) -> anyhow::Result<Self> {
        let (query, token) = pages::page(tenant)?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, tenant.secret.as_bytes());
        Ok(Self { token, query, secret: HmacSecret::new(&tenant.secret), key })
    }

    fn hs256(&self) -> anyhow::Result<()> {
        let (message, signature) = self.token.rsplit_once('.').context("not a token")?;
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes())?;
        let made = hmac::sign(&self.key, message.as_bytes());
        constant_time::verify_slices_are_equal(made.as_ref(), &signature).context("the signature is wrong")
    }

    /// What the service does with a token, but for finding the tenant.
    fn verify(&self) -> anyhow::Result<()> {
        let token = Unverified::parse(&self.token)?;
        token.check_hs256()?;
        ensure!(token.is_signed_by_secret(&self.secret), "the signature is wrong");
        let claims = token.into_claims();
        claims.check_times(Clock::system().now())?;
        ensure!(Qsh::of("GET", PATH, Some(&self.query))?.matches(&claims.qsh), "the qsh is wrong");
        Ok(())
    }
}

/// A life-cycle token with the key that proves it.
struct RsaSigned {
    token: String,
    key: RsaKey,
    raw: UnparsedPublicKey<Vec<u8>>,
}

impl RsaSigned {
    fn new(tenant: &Tenant) -> anyhow::Result<Self> {
        let pair = &Keys::of_this_process()?.right;
        let header = json!({"typ": "JWT", "alg": "RS256", "kid": "00000000-0000-4000-8000-000000000000"});
        let claims = pages::claims(tenant, "not looked at here");
        let base64: String = pair.public_pem.lines().filter(|line| !line.starts_with('-')).collect();
        Ok(Self {
            token: sign(&header, &claims, SigningKey::Rs256(&pair.private)),
            key: RsaKey::from_pem(&pair.public_pem).context("the key cannot be read")?,
            raw: UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, BASE64.decode(base64.as_bytes())?),
        })
    }

    fn rs256(&self) -> anyhow::Result<()> {
        let (message, signature) = self.token.rsplit_once('.').context("not a token")?;
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes())?;
        self.raw.verify(message.as_bytes(), &signature).context("the signature is wrong")
    }

    fn verify(&self) -> anyhow::Result<()> {
        let token = Unverified::parse(&self.token)?;
        token.check_rs256()?;
        ensure!(token.is_signed_by_key(&self.key), "the signature is wrong");
        Ok(token.into_claims().check_times(Clock::system().now())?)
    }
}
