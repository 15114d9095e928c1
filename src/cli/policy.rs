//! `kept policy …`: check the policy, show what follows from it, compare two, and publish one.

mod check;
pub mod marketplace;
mod render;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::json;

use super::output;
use crate::app::{self, Databases};
use crate::config::Settings;
use crate::db::{DbError, policy_versions};
use crate::policy::Policy;
use crate::policy::diff::{Change, Matter};
use crate::policy::published::Archived;

#[derive(Subcommand)]
pub enum PolicyCommand {
    /// Check a policy, and whether it covers this deployment.
    ///
    /// Without FILE the policy in force (KEPT_POLICY) is checked, and also whether it covers the app key, the region and
    /// every host of the settings. Each fault is one line, FILE:LINE: KEY: PROBLEM; WHAT WOULD BE RIGHT, and makes the
    /// command end with 1. Warnings about duties that lapse go to standard error.
    Check(check::Arguments),
    /// Print what follows from the policy: the statement, the table of periods, or the answers for the Marketplace.
    Render(render::Arguments),
    /// Say what changes between two policies, and whether customers must be told.
    ///
    /// A and B are files, or numbers of published versions.
    Diff(DiffArguments),
    /// Put the policy in force into the archive of the statement, where everybody can read it.
    ///
    /// A material change needs --notify: every tenant gets a mail, and the effective date must leave time to read it.
    /// Publishing the same version again changes nothing.
    Publish(PublishArguments),
    /// Say of each promise that a program can keep what proves it, with which result, and what is still open.
    ///
    /// Reads what `make test` wrote about the tests of this commit. A promise is proven when its tests passed on every
    /// engine that they ran on, and when the fault planted for it turned the first of them red.
    Prove(super::prove::Prove),
}

#[derive(Args)]
pub struct DiffArguments {
    a: String,
    b: String,
    /// Print a JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct PublishArguments {
    /// Tell every tenant by mail.
    #[arg(long, conflicts_with = "without_notice")]
    notify: bool,
    /// Tell nobody, which only a change that is not material allows. This is the default.
    #[arg(long)]
    without_notice: bool,
    /// Print a JSON object.
    #[arg(long)]
    json: bool,
}

pub async fn run(settings: Settings, command: PolicyCommand) -> anyhow::Result<()> {
    match command {
        PolicyCommand::Check(arguments) => check::run(&settings, &arguments),
        PolicyCommand::Render(arguments) => render::run(&settings, &arguments),
        PolicyCommand::Diff(arguments) => diff(settings, &arguments).await,
        PolicyCommand::Publish(arguments) => publish(settings, &arguments).await,
        PolicyCommand::Prove(arguments) => super::prove::run(&arguments),
    }
}

async fn diff(settings: Settings, arguments: &DiffArguments) -> anyhow::Result<()> {
    let (a, b) = (named(&settings, &arguments.a).await?, named(&settings, &arguments.b).await?);
    let changes = a.changes_to(&b);
    let material = changes.iter().any(|change| change.material.is_some());
    if arguments.json {
        return output::json(&json!({
            "from": a.version().as_str(), "to": b.version().as_str(), "material": material,
            "changes": changes.iter().map(shown).collect::<Vec<_>>(),
        }));
    }
    changes.iter().try_for_each(|change| output::line(&change.to_string()))?;
    output::line(match (changes.is_empty(), material) {
        (true, _) => "nothing changes",
        (false, true) => "material: customers must be told before it takes effect",
        (false, false) => "not material",
    })
}

fn shown(change: &Change) -> serde_json::Value {
    json!({
        "at": change.at, "before": change.before, "after": change.after,
        "material": change.material.is_some(), "reason": change.material.map(Matter::sentence),
    })
}

/// A policy by its file, or by the number under which it was published.
async fn named(settings: &Settings, name: &str) -> anyhow::Result<Policy> {
    let path = PathBuf::from(name);
    match name.parse::<i64>() {
        Ok(number) if !path.exists() => published(settings, number).await,
        _ => load(&path),
    }
}

async fn published(settings: &Settings, number: i64) -> anyhow::Result<Policy> {
    let (main, _) = app::open_databases(settings, Databases::AsTheyAre).await?;
    let row = main.read(move |conn| Ok::<_, DbError>(policy_versions::by_number(conn, number)?)).await?;
    let row = row.with_context(|| format!("no version {number} was published"))?;
    Ok(Archived::read(&row)?.policy(number)?)
}

fn load(path: &Path) -> anyhow::Result<Policy> {
    Ok(Policy::load(path)?)
}

async fn publish(settings: Settings, arguments: &PublishArguments) -> anyhow::Result<()> {
    // Opened like a service: what would not start is not published.
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    let now = services.clock.now();
    let done = services.policy.publish(&services.main, now, arguments.notify).await?;
    if arguments.json {
        return output::json(&json!({
            "number": done.number, "version": done.version, "isNew": done.is_new, "notified": done.notified,
            "changes": done.changes.iter().map(shown).collect::<Vec<_>>(),
        }));
    }
    done.changes.iter().try_for_each(|change| output::line(&change.to_string()))?;
    let effective = services.policy.document().effective;
    let told = match done.notified {
        Some(tenants) => format!("; {tenants} tenants are told"),
        None => String::new(),
    };
    match done.is_new {
        true => output::line(&format!(
            "published {} as version {}, in force from {effective}{told}",
            done.version, done.number
        )),
        false => output::line(&format!("{} is published already, as version {}", done.version, done.number)),
    }
}
