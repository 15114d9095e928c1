//! The service that moves a site's data to another region (connect.md §9.2): it plans, starts, asks, and switches over or takes back.
//! After the switch the site calls the app at the address of its new region.

use serde_json::{Value, json};

use super::answer::Answer;
use super::forge::Module;
use super::outgoing::Call;
use super::sign::{SigningKey, sign};
use super::site::Site;

/// The length of a window.
const WINDOW_SECONDS: i64 = 4 * 3_600;
const FORGE_HOOK: &str = "/forge/data-residency";

/// What the service shows. What it shows under Connect is not documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveProof {
    /// RS256, as life-cycle calls.
    InstallKey,
    /// HS256 with the site's secret.
    Secret,
    /// An invocation, under Forge.
    Forge,
}

impl Site {
    /// A window is planned, from now on.
    pub async fn schedule_move(&self, proof: MoveProof, migration: &str, location: &str) -> Answer {
        self.place.record().moves.insert(migration.to_owned(), location.to_owned());
        self.move_step(proof, "schedule", &self.planned(migration)).await
    }

    /// The product is down from now on.
    pub async fn start_move(&self, proof: MoveProof, migration: &str) -> Answer {
        self.move_step(proof, "start", &self.planned(migration)).await
    }

    pub async fn move_status(&self, proof: MoveProof, migration: &str) -> Answer {
        let query = format!("/status?migrationId={migration}");
        self.send(&self.move_call(proof, "GET", &query, None)).await
    }

    /// Switches over: if the app agrees, it is called in the other region from now on.
    pub async fn commit_move(&self, proof: MoveProof, migration: &str) -> Answer {
        let answer = self.move_step(proof, "commit", &json!({"migrationId": migration})).await;
        if answer.is_good() {
            let location = self.place.record().moves.get(migration).cloned().unwrap_or_default();
            let there = self.descriptor().and_then(|read| read.region(&location).map(ToOwned::to_owned));
            if let Some(there) = there {
                self.place.record().app_url = Some(there);
                // What the app calls its own address is another one there. If it cannot be read, what was read before stays.
                let _there = self.read_descriptor().await;
            }
        }
        answer
    }

    pub async fn roll_back_move(&self, proof: MoveProof, migration: &str) -> Answer {
        self.move_step(proof, "rollback", &json!({"migrationId": migration})).await
    }

    /// One step with a body of the caller's choice.
    pub async fn move_step(&self, proof: MoveProof, step: &str, body: &Value) -> Answer {
        self.send(&self.move_call(proof, "POST", &format!("/{step}"), Some(body))).await
    }

    /// What is said of a move that is planned.
    pub fn planned(&self, migration: &str) -> Value {
        let now = self.world.clock.now();
        let end = now.plus(std::time::Duration::from_secs(WINDOW_SECONDS.unsigned_abs()));
        let location = self.place.record().moves.get(migration).cloned();
        json!({"migrationId": migration, "location": location, "startTime": now, "endTime": end})
    }

    /// A call of the service, to be bent further.
    pub fn move_call(&self, proof: MoveProof, method: &str, step: &str, body: Option<&Value>) -> Call {
        if proof == MoveProof::Forge {
            let claims = self.forge_claims(Module("migration:dataResidency", "kept-data-residency"));
            let path = format!("{FORGE_HOOK}{step}");
            return self.remote_call(method, &path, &self.sign_forge(&claims), body);
        }
        let hook = self.descriptor().and_then(|read| read.lifecycle("dare-migration").map(ToOwned::to_owned));
        let path = format!("{}{step}", hook.unwrap_or_else(|| "/connect/data-residency".to_owned()));
        let mut claims = self.url_claims(method, &path, None);
        let token = if proof == MoveProof::Secret {
            self.url_token(method, &path, None)
        } else {
            claims["aud"] = json!([self.app_base_url()]);
            let header = json!({"typ": "JWT", "alg": "RS256", "kid": self.world.key_id});
            sign(&header, &claims, SigningKey::Rs256(&self.world.keys.right.private))
        };
        Call {
            what: format!("move{step}"),
            method: method.to_owned(),
            path,
            token: Some(token),
            body: body.map(Value::to_string),
            ..Call::default()
        }
    }
}
