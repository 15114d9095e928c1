//! `kept policy render`: what follows from the policy, for people, for machines and for the Marketplace.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::marketplace;
use crate::cli::output;
use crate::config::Settings;
use crate::policy::{Language, Policy};
use crate::web::statement;

#[derive(Args)]
pub struct Arguments {
    /// The policy; without it, the one in force (KEPT_POLICY).
    file: Option<PathBuf>,
    /// en or de.
    #[arg(long, default_value = "en")]
    language: Language,
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// The statement, readable as plain text too.
    Markdown,
    /// The statement as the page that /privacy shows.
    Html,
    /// The whole policy, as /privacy.json has it.
    Json,
    /// Answers for the Privacy & Security tab of a Marketplace listing.
    Marketplace,
    /// Every period in one table.
    Retention,
}

pub fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let policy = Policy::load(arguments.file.as_ref().unwrap_or(&settings.policy))?;
    let (language, today) = (arguments.language, settings.clock.now().day());
    match arguments.format {
        Format::Markdown => output::text(&policy.statement(language, today).to_string()),
        Format::Html => {
            let page = statement::in_force(&policy, language, today, settings.base_url.path());
            output::text(&page?)
        }
        Format::Json => output::json(&policy.machine_form()),
        Format::Marketplace => output::json(&marketplace::answers(&policy)),
        Format::Retention => output::text(&policy.retention_table(language).to_string()),
    }
}
