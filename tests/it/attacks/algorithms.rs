//! The algorithm is a constant of the route, whatever the token says.

use kept::sandbox::{SigningKey, sign, sign_hs256};
use serde_json::{Value, json};

use super::{Door, Target, UNAUTHENTICATED};

impl Target {
    async fn refuses_token(&self, door: Door, token: &str, what: &str) {
        let answer = self.knock(door, token).await;
        self.refused(&answer, UNAUTHENTICATED, &format!("{door:?}, {what}")).await;
    }

    fn header(&self, alg: Value) -> Value {
        json!({"typ": "JWT", "alg": alg, "kid": self.app.sandbox.key_id()})
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_01_a_token_without_a_signature_is_refused() {
    let target = Target::new().await;
    for door in Door::ALL {
        let claims = target.claims(door);
        for alg in [json!("none"), json!("None"), json!("NONE"), json!(""), json!(null), json!(["HS256"])] {
            let unsigned = sign(&target.header(alg.clone()), &claims, SigningKey::Unsigned);
            target.refuses_token(door, &unsigned, &alg.to_string()).await;
            target.refuses_token(door, unsigned.trim_end_matches('.'), "two parts").await;
        }
        for alg in ["HS256", "RS256"] {
            let unsigned = sign(&target.header(json!(alg)), &claims, SigningKey::Unsigned);
            target.refuses_token(door, &unsigned, alg).await;
        }
        let signed = target.sign(door, &claims);
        let claims_and_signature = signed.split_once('.').unwrap().1;
        let none = sign(&json!({"alg": "none"}), &claims, SigningKey::Unsigned);
        let header = none.split('.').next().unwrap();
        target.refuses_token(door, &format!("{header}.{claims_and_signature}"), "another's signature").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_02_a_public_key_used_as_an_hmac_secret_is_refused() {
    let target = Target::new().await;
    let pem = target.app.sandbox.public_key_pem();
    for door in Door::ALL {
        let claims = target.claims(door);
        for key in [pem.as_str(), pem.trim(), ""] {
            for alg in ["HS256", "RS256"] {
                let token = sign(&target.header(json!(alg)), &claims, SigningKey::Hs256(key));
                target.refuses_token(door, &token, alg).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_03_a_token_under_the_shared_secret_is_refused_on_the_life_cycle() {
    let target = Target::new().await;
    let secret = target.site.shared_secret().unwrap();
    for door in Door::LIFECYCLE {
        let claims = target.claims(door);
        target.refuses_token(door, &sign_hs256(&secret, &claims), "HS256").await;
        let named_rs256 = sign(&target.header(json!("RS256")), &claims, SigningKey::Hs256(&secret));
        target.refuses_token(door, &named_rs256, "HS256 that calls itself RS256").await;
    }
    target.nothing_left("a wrong algorithm needs no key");
}

#[tokio::test(flavor = "multi_thread")]
async fn row_04_a_token_of_atlassian_is_refused_on_an_ordinary_route() {
    let target = Target::new().await;
    for door in Door::TENANT {
        let claims = target.claims(door);
        target.refuses_token(door, &target.sign_as_atlassian(&claims), "RS256").await;
        let key = target.app.sandbox.signing_key();
        target
            .refuses_token(door, &sign(&target.header(json!("HS256")), &claims, key), "RS256 as HS256")
            .await;
    }
    target.nothing_left("an ordinary route needs no key");
}

#[tokio::test(flavor = "multi_thread")]
async fn row_05_other_lengths_of_hash_are_refused() {
    let target = Target::new().await;
    let secret = target.site.shared_secret().unwrap();
    for door in Door::TENANT {
        let claims = target.claims(door);
        let keys = [("HS384", SigningKey::Hs384(&secret)), ("HS512", SigningKey::Hs512(&secret))];
        for (alg, key) in keys {
            target.refuses_token(door, &sign(&target.header(json!(alg)), &claims, key), alg).await;
            let disguised = sign(&target.header(json!("HS256")), &claims, key);
            target.refuses_token(door, &disguised, &format!("{alg} as HS256")).await;
        }
        for alg in ["HS512", "hs256", "HS256 "] {
            let token = sign(&target.header(json!(alg)), &claims, SigningKey::Hs256(&secret));
            target.refuses_token(door, &token, alg).await;
        }
    }
    for door in Door::LIFECYCLE {
        for alg in ["RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256"] {
            let key = target.app.sandbox.signing_key();
            let token = sign(&target.header(json!(alg)), &target.claims(door), key);
            target.refuses_token(door, &token, alg).await;
        }
    }
    target.nothing_left("a wrong algorithm needs no key");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_edited_or_signed_by_another_is_refused() {
    let target = Target::new().await;
    for door in Door::ALL {
        let token = target.sign(door, &target.claims(door));
        let (head, signature) = token.rsplit_once('.').unwrap();
        let edited = if signature.starts_with('A') { "B" } else { "A" };
        let edited = format!("{head}.{edited}{}", &signature[1..]);
        for (what, token) in [
            ("an edited signature", edited),
            ("a signature with padding", format!("{token}=")),
            ("a longer signature", format!("{token}AAAA")),
            ("a fourth part", format!("{token}.AAAA")),
            ("a part too much in front", format!("e30.{token}")),
            ("spaces", token.replace('.', " . ")),
            ("nothing", String::new()),
            ("dots", "..".to_owned()),
        ] {
            target.refuses_token(door, &token, what).await;
        }
        let stranger = sign_hs256("a secret that nobody has", &target.claims(door));
        target.refuses_token(door, &stranger, "another secret").await;
    }
    for door in Door::LIFECYCLE {
        let kid = target.app.sandbox.key_id();
        let token = target.app.sandbox.sign_with_wrong_key(Some(&kid), &target.claims(door));
        target.refuses_token(door, &token, "another RSA key").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_we_made_for_the_product_proves_nothing_here() {
    let target = Target::new().await;
    for door in Door::TENANT {
        let mut claims = target.claims(door);
        claims["iss"] = json!("kept");
        claims["aud"] = json!([target.site.client_key()]);
        target.refuses_claims(door, &claims, "our own token").await;
    }
}
