//! `kept doctor`: checks what a start would need, one line per check.

use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;

use super::erasures::BrakeView;
use super::way_to_forge::way;
use super::{manifest, output};
use crate::app::{self, Databases, checks};
use crate::config::{DatabaseUrl, Settings};
use crate::db::{self, DbError, guarded, jobs, keyring, tenants};
use crate::policy::Policy;
use crate::tenancy::operator;
use crate::vault::Vault;
use crate::web::assets;
use crate::web::pages::ADMIN;

#[derive(Args)]
pub struct Arguments {
    /// Print a JSON array.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Check {
    check: &'static str,
    ok: bool,
    detail: String,
}

pub async fn run(settings: Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let checks = vec![
        check("policy", policy(&settings)),
        check("descriptor", checks::descriptor(&settings)),
        check("databases", databases(&settings).await),
        check("master key", master_key(&settings).await),
        check("jobs", dead_jobs(&settings).await),
        check("brakes", brakes(&settings).await),
        check("problem reports", reports(&settings).await),
        check("records of staff", audit_roles(&settings).await),
        check("install keys", install_keys(&settings).await),
        check("forge", forge(&settings).await),
        check("way to Forge", way(&settings).await),
        check("clock", checks::clock(&settings).await),
        check("front end", front_end()),
    ];
    if arguments.json {
        output::json(&checks)?;
    } else {
        let word = |ok| if ok { "ok" } else { "FAIL" }.to_owned();
        let rows: Vec<_> = checks
            .iter()
            .map(|check| [word(check.ok), check.check.to_owned(), check.detail.clone()])
            .collect();
        output::table(["", "check", "detail"], &rows)?;
    }
    let failed = checks.iter().filter(|check| !check.ok).count();
    if failed > 0 {
        bail!("{failed} checks failed");
    }
    Ok(())
}

fn check(check: &'static str, result: anyhow::Result<String>) -> Check {
    match result {
        Ok(detail) => Check { check, ok: true, detail },
        Err(error) => Check { check, ok: false, detail: format!("{error:#}") },
    }
}

fn policy(settings: &Settings) -> anyhow::Result<String> {
    let policy = Policy::load(&settings.policy).context("KEPT_POLICY")?;
    Ok(format!("{} version {}", settings.policy.display(), policy.version().as_str()))
}

async fn databases(settings: &Settings) -> anyhow::Result<String> {
    let (main, keyring) = app::open_databases(settings, Databases::AsTheyAre).await?;
    let count = main.read(|conn| Ok::<_, DbError>(tenants::count(conn)?)).await?;
    Ok(format!("{} with {count} tenants, {}", main.url(), keyring.url()))
}

async fn master_key(settings: &Settings) -> anyhow::Result<String> {
    let (_, keyring) = app::open_databases(settings, Databases::AsTheyAre).await?;
    let master = app::master_key(settings, &keyring).await?;
    let id = master.id().to_owned();
    Vault::open(keyring.clone(), master, settings.clock.clone()).await?;
    let current = id.clone();
    let left = keyring
        .read(move |conn| Ok::<_, DbError>(keyring::count_under_other_master(conn, &current)?))
        .await?;
    match left {
        0 => Ok(format!("{id} opens the keyring")),
        left => bail!("{left} keys are still under another master key; run `kept rekey`"),
    }
}

async fn dead_jobs(settings: &Settings) -> anyhow::Result<String> {
    let (main, _) = app::open_databases(settings, Databases::AsTheyAre).await?;
    match main.read(|conn| Ok::<_, DbError>(jobs::count_dead(conn)?)).await? {
        0 => Ok("none is dead".to_owned()),
        dead => bail!("{dead} are dead; `kept jobs list` shows them, `kept jobs retry ID` revives one"),
    }
}

async fn reports(settings: &Settings) -> anyhow::Result<String> {
    let (main, _) = app::open_databases(settings, Databases::AsTheyAre).await?;
    match main.read(|conn| Ok::<_, DbError>(operator::reports_paused_at(conn)?)).await? {
        None => Ok("are taken".to_owned()),
        Some(since) => bail!("none is taken since {since}; `kept reports resume` takes them again"),
    }
}

async fn brakes(settings: &Settings) -> anyhow::Result<String> {
    let (main, _) = app::open_databases(settings, Databases::AsTheyAre).await?;
    let engaged = main.read(|conn| Ok::<_, DbError>(db::brakes::engaged(conn)?)).await?;
    if engaged.is_empty() {
        return Ok("none is engaged".to_owned());
    }
    let lines: Vec<_> = engaged.iter().map(|engaged| BrakeView::from(engaged).line()).collect();
    bail!("{}; look, and then `kept erasures resume`", lines.join("; "))
}

/// On PostgreSQL the service's own role should not be able to change what it has recorded (docs/postgres-roles.sql).
async fn audit_roles(settings: &Settings) -> anyhow::Result<String> {
    let (main, _) = app::open_databases(settings, Databases::AsTheyAre).await?;
    if matches!(main.url(), DatabaseUrl::Sqlite(_)) {
        return Ok("SQLite has no roles: whoever can write the file can write all of it".to_owned());
    }
    let may = main.read(|conn| {
        let mut change = false;
        for privilege in ["UPDATE", "DELETE", "TRUNCATE"] {
            change |= guarded::may_come_to(conn, "audit", privilege)?;
        }
        Ok::<_, DbError>((change, guarded::may(conn, "audit", "INSERT")?))
    });
    match may.await? {
        (_, false) => bail!("this role cannot add to the table audit"),
        (false, true) => Ok("this role can add records and change none".to_owned()),
        (true, true) if settings.is_production() => {
            bail!("this role can change and remove records; docs/postgres-roles.sql sets up one that cannot")
        }
        (true, true) => {
            Ok("this role can change and remove records; in production that is a fault".to_owned())
        }
    }
}

async fn install_keys(settings: &Settings) -> anyhow::Result<String> {
    Ok(format!("{} key servers answer", checks::install_keys(settings).await?))
}

/// Whether Forge can call: its keys can be had, and there is a manifest that names this service.
async fn forge(settings: &Settings) -> anyhow::Result<String> {
    let Some(published) = checks::forge_keys(settings).await? else {
        return Ok("KEPT_FORGE_APP_ID is not set: no site can install the app through Forge".to_owned());
    };
    match manifest::deployed(settings) {
        Ok(_) => {
            Ok(format!("{published} keys are published, and `kept manifest` names {}", settings.base_url))
        }
        Err(error) if settings.is_production() => Err(error),
        // A sandbox needs no manifest, and Forge itself would call no address of this machine.
        Err(error) => Ok(format!("{published} keys are published; there is no manifest yet ({error:#})")),
    }
}

fn front_end() -> anyhow::Result<String> {
    match assets::entry(ADMIN) {
        Some(entry) => Ok(entry.script),
        None => bail!("the front end is not built; run `make build`"),
    }
}
