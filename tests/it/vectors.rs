//! Vectors made with Atlassian's own library: canonical requests, their hashes, and whole tokens.

use kept::clock::Timestamp;
use kept::connect::qsh::{CONTEXT_QSH, Qsh, canonical_request, relative_path};
use kept::connect::token::{Claims, HmacSecret, RsaKey, TokenError, Unverified};
use serde_json::Value;
use url::Url;

const CANONICAL: &str = include_str!("vectors/qsh_vectors.json");
const DIVERGENT: &str = include_str!("vectors/qsh_vectors_divergent.json");
const TOKENS: &str = include_str!("vectors/jwt_vectors.json");

/// Path (relative to the base URL) and raw query of a vector's URL, without any library's normalisation.
fn split(vector: &Value) -> (&str, Option<&str>) {
    let url = vector["url"].as_str().unwrap();
    let base = vector["base_url"].as_str().unwrap_or("https://app.example.com");
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after_scheme.find(['/', '?']).map_or("", |at| &after_scheme[at..]);
    let path = path.split('#').next().unwrap();
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let base_path = Url::parse(base).unwrap().path().trim_end_matches('/').to_owned();
    (relative_path(path, &base_path), query)
}

#[test]
fn every_canonical_request_and_hash_is_as_atlassians_library_makes_it() {
    let vectors: Vec<Value> = serde_json::from_str(CANONICAL).unwrap();
    assert_eq!(vectors.len(), 45);
    for vector in vectors {
        let (path, query) = split(&vector);
        let method = vector["method"].as_str().unwrap();
        assert_eq!(
            canonical_request(method, path, query).unwrap(),
            vector["canonical"],
            "{}",
            vector["name"]
        );
        assert_eq!(Qsh::of(method, path, query).unwrap().as_str(), vector["qsh"], "{}", vector["name"]);
    }
}

#[test]
fn where_the_library_and_the_written_rule_differ_the_rule_wins_and_a_real_host_is_not_refused() {
    let vectors: Vec<Value> = serde_json::from_str(DIVERGENT).unwrap();
    assert_eq!(vectors.len(), 2);
    for vector in &vectors {
        let (path, query) = split(vector);
        let rule = &vector["divergence"];
        assert_eq!(
            canonical_request("GET", path, query).unwrap(),
            rule["spec_canonical"],
            "{}",
            vector["name"]
        );
        assert_eq!(Qsh::of("GET", path, query).unwrap().as_str(), rule["spec_qsh"], "{}", vector["name"]);
    }
    let hash_of_the_library = |index: usize| {
        let (path, query) = split(&vectors[index]);
        Qsh::of("GET", path, query).unwrap().matches(vectors[index]["qsh"].as_str().unwrap())
    };
    assert!(hash_of_the_library(0), "another order of names binds the same request");
    assert!(!hash_of_the_library(1), "a base path that is no segment is another request");
}

/// Checks a vector as a route would: algorithm, signature, times, audience, binding.
fn verify(name: &str, rs256: bool, context_route: bool) -> Result<Claims, TokenError> {
    let vectors: Value = serde_json::from_str(TOKENS).unwrap();
    let vector = &vectors[name];
    let now = Timestamp::from_seconds(vectors["now"].as_i64().unwrap());
    let token = Unverified::parse(vector["token"].as_str().unwrap())?;
    let signed = if rs256 {
        token.check_rs256()?;
        token.is_signed_by_key(&RsaKey::from_pem(vector["public_key_pem"].as_str().unwrap()).unwrap())
    } else {
        token.check_hs256()?;
        token.is_signed_by_secret(&HmacSecret::new(vectors["secret"].as_str().unwrap()))
    };
    if !signed {
        return Err(TokenError::Signature);
    }
    let claims = token.into_claims();
    claims.check_times(now)?;
    if rs256 {
        claims.check_audience(["https://app.example.com"].into_iter())?;
    }
    let (path, query) = split(vector);
    let qsh = Qsh::of(vector["method"].as_str().unwrap(), path, query).unwrap();
    match (claims.qsh == CONTEXT_QSH, context_route) {
        (true, true) => Ok(claims),
        (true, false) => Err(TokenError::ContextToken),
        (false, _) if qsh.matches(&claims.qsh) => Ok(claims),
        (false, _) => Err(TokenError::Qsh),
    }
}

#[test]
fn every_token_is_accepted_or_refused_as_its_vector_says() {
    assert!(verify("hs256_ok", false, false).is_ok());
    assert_eq!(verify("hs256_context", false, false).err(), Some(TokenError::ContextToken));
    assert!(verify("hs256_context", false, true).is_ok());
    assert_eq!(verify("hs256_no_exp", false, false).err(), Some(TokenError::Malformed("claims")));
    assert_eq!(verify("hs256_no_qsh", false, false).err(), Some(TokenError::Malformed("claims")));
    assert_eq!(verify("hs512", false, false).err(), Some(TokenError::Algorithm("HS256")));
    assert_eq!(verify("alg_none", false, false).err(), Some(TokenError::Algorithm("HS256")));
    assert!(verify("rs256_install_ok", true, false).is_ok());
    assert_eq!(verify("rs256_install_wrong_aud", true, false).err(), Some(TokenError::Audience));
    assert_eq!(verify("rs256_install_context_qsh", true, false).err(), Some(TokenError::ContextToken));
    assert_eq!(
        verify("hs256_signed_with_public_key_pem", true, false).err(),
        Some(TokenError::Algorithm("RS256"))
    );
}
