//! The algorithm, the key and the signature, whatever the token says of them.

use kept::sandbox::{SigningKey, sign};
use serde_json::{Value, json};

use super::Remote;

fn header(remote: &Remote, alg: &Value) -> Value {
    json!({"typ": "JWT", "alg": alg, "kid": remote.app.sandbox.forge_key_id()})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invocation_without_a_signature_is_refused() {
    let remote = Remote::new().await;
    for alg in [json!("none"), json!("None"), json!(""), json!(null), json!(["RS256"]), json!("RS256")] {
        let token = sign(&header(&remote, &alg), &remote.claims(), SigningKey::Unsigned);
        remote.refuses(&token, &alg.to_string()).await;
        remote.refuses(token.trim_end_matches('.'), "two parts").await;
    }
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_key_is_no_shared_secret() {
    let remote = Remote::new().await;
    let pem = remote.app.sandbox.forge_public_key_pem();
    for secret in [pem.as_str(), pem.trim(), ""] {
        for alg in ["HS256", "RS256"] {
            let token = sign(&header(&remote, &json!(alg)), &remote.claims(), SigningKey::Hs256(secret));
            remote.refuses(&token, alg).await;
        }
    }
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_algorithm_is_taken_for_the_one() {
    let remote = Remote::new().await;
    for alg in ["RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", "RS256 "] {
        let key = remote.app.sandbox.forge_signing_key();
        let token = sign(&header(&remote, &json!(alg)), &remote.claims(), key);
        remote.refuses(&token, alg).await;
    }
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_than_forges_proves_nothing() {
    let remote = Remote::new().await;
    let (sandbox, kid) = (&remote.app.sandbox, remote.app.sandbox.forge_key_id());
    remote.refuses(&sandbox.sign_with_wrong_key(Some(&kid), &remote.claims()), "a made-up key").await;
    remote.refuses(&sandbox.sign_rs256(Some(&kid), &remote.claims()), "the key of installs").await;
    let edited = remote.sign(&remote.claims());
    let (head, signature) = edited.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    remote.refuses(&format!("{head}.{first}{}", &signature[1..]), "an edited signature").await;
    let other = remote.sign(&remote.site.forge_page_claims(kept::sandbox::Who::Member));
    let claims = other.split('.').nth(1).unwrap();
    let parts: Vec<&str> = edited.split('.').collect();
    remote.refuses(&format!("{}.{claims}.{}", parts[0], parts[2]), "others' claims").await;
    for (what, token) in [
        ("padding", format!("{edited}=")),
        ("a fourth part", format!("{edited}.AAAA")),
        ("dots", "..".to_owned()),
        ("too long", format!("{edited}.{}", "A".repeat(40_000))),
    ] {
        remote.refuses(&token, what).await;
    }
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_id_leads_nowhere_but_to_the_set() {
    let remote = Remote::new().await;
    let known = remote.app.sandbox.forge_key_id();
    let long = "a".repeat(10_000);
    for kid in [
        "../../install-keys/x",
        "/etc/passwd",
        "http://127.0.0.1:9/jwks.json",
        "x\r\nhost: evil.test",
        "",
        "' OR 1=1",
        &format!("{known}/"),
        &known.to_uppercase(),
        &long,
    ] {
        remote.refuses(&remote.site.sign_forge_as(kid, &remote.claims()), kid).await;
    }
    let without = json!({"typ": "JWT", "alg": "RS256"});
    let key = remote.app.sandbox.forge_signing_key();
    remote.refuses(&sign(&without, &remote.claims(), key), "no key id").await;
    // Where a key says to be found is not looked at.
    for (name, value) in [("jku", json!("http://127.0.0.1:9/jwks.json")), ("jwk", json!({"kty": "RSA"}))] {
        let mut header = json!({"typ": "JWT", "alg": "RS256", "kid": "unknown"});
        header[name] = value;
        let key = remote.app.sandbox.forge_signing_key();
        remote.refuses(&sign(&header, &remote.claims(), key), name).await;
    }
    assert!(remote.app.sandbox.forge_jwks_fetches() <= 1, "and no key id is a request of its own");
    remote.opens().await;
}
