//! `kept policy check`: every fault with its line.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;

use crate::cli::output;
use crate::config::Settings;
use crate::policy::{Deployment, Fault, Policy, PolicyError};

#[derive(Args)]
pub struct Arguments {
    /// Policies to check on their own; without one, the policy in force and this deployment.
    files: Vec<PathBuf>,
}

pub fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let mut wrong = 0;
    if arguments.files.is_empty() {
        wrong += check(&settings.policy, settings, Some(&Deployment::of(settings)))?;
    }
    for file in &arguments.files {
        wrong += check(file, settings, None)?;
    }
    if !arguments.files.is_empty() {
        output::note(
            "Each file was checked by itself. Without a file, the policy in force is also compared with this deployment: \
             its app, its region, and the hosts that it calls.",
        )?;
    }
    match wrong {
        0 => Ok(()),
        1 => bail!("1 fault"),
        wrong => bail!("{wrong} faults"),
    }
}

/// Prints the faults of one file, or that it is in order. Returns how many there are.
fn check(file: &Path, settings: &Settings, deployment: Option<&Deployment>) -> anyhow::Result<usize> {
    let faults = match Policy::load(file) {
        Ok(policy) => {
            for warning in policy.lapsing(settings.clock.now().day()) {
                output::note(&format!("warning: {warning}"))?;
            }
            let faults = deployment.map(|deployment| policy.uncovered(deployment)).unwrap_or_default();
            if faults.is_empty() {
                output::line(&format!("{}: ok, version {}", file.display(), policy.version().as_str()))?;
            }
            faults
        }
        Err(PolicyError::Faulty(faults)) => faults,
        Err(error) => return Err(error.into()),
    };
    faults.iter().map(Fault::to_string).try_for_each(|line| output::line(&line))?;
    Ok(faults.len())
}
