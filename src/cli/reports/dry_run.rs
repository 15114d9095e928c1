//! What the collectors find, as a manifest without content.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::super::{output, tenants};
use crate::api::Services;
use crate::support::{Browser, Described, Draft, Rule, Severity, Sight, Tier};

#[derive(Args)]
pub struct DryRun {
    /// The product's clientKey of the installation, its id under Forge, or our own id of it.
    #[arg(long, value_name = "TENANT")]
    tenant: String,
    /// How much is collected; without it as the site's administrators rule.
    #[arg(long)]
    tier: Option<Much>,
    /// The id of a request that failed.
    #[arg(long, value_name = "ID")]
    error_id: Option<String>,
    /// The product's id of an issue or page.
    #[arg(long, value_name = "ID")]
    issue_id: Option<String>,
    /// As for an administrator of the site, to whom the product shows everything; otherwise as for a user to whom it shows nothing.
    #[arg(long)]
    as_administrator: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Much {
    Minimal,
    Full,
}

pub async fn run(services: &Services, arguments: &DryRun) -> anyhow::Result<()> {
    let tenant = tenants::find(services, &arguments.tenant).await?.tenant.id;
    let sees = arguments.as_administrator;
    let sight = Sight { everything: sees, thing: sees };
    let found = services.support.dry_run(tenant, draft(arguments), sight).await;
    let found = found.map_err(|error| anyhow::anyhow!("{error} ({})", error.code().as_str()))?;
    if arguments.json {
        let missing = found.missing.iter().map(|one| json!(one)).collect::<Vec<_>>();
        let items = found.items.iter().map(item).collect::<Vec<_>>();
        return output::json(
            &json!({ "tenant": tenant, "tier": found.tier, "items": items, "missing": missing }),
        );
    }
    let rows: Vec<_> = found.items.iter().map(cells).collect();
    output::table(["part", "class", "kind", "bytes", "needs consent", "masked"], &rows)?;
    for missing in &found.missing {
        let missing = json!(missing);
        let word = |name: &str| missing[name].as_str().unwrap_or_default().to_owned();
        output::line(&format!("missing: {}: {}", word("name"), word("why")))?;
    }
    Ok(())
}

fn draft(arguments: &DryRun) -> Draft {
    Draft {
        description: String::new(),
        doing: String::new(),
        severity: Severity::Normal,
        tier: arguments.tier.map(|much| match much {
            Much::Minimal => Tier::Minimal,
            Much::Full => Tier::Full,
        }),
        error_id: arguments.error_id.clone(),
        issue_id: arguments.issue_id.clone(),
        browser: Browser::default(),
        selected: Vec::new(),
        attachments: Vec::new(),
    }
}

/// How often each rule masked something. Where that was may say what stands there.
fn masked(item: &Described) -> BTreeMap<Rule, u32> {
    item.masked.iter().fold(BTreeMap::new(), |mut counts, masked| {
        *counts.entry(masked.rule).or_default() += masked.count;
        counts
    })
}

fn item(item: &Described) -> serde_json::Value {
    let masked: BTreeMap<&str, u32> =
        masked(item).into_iter().map(|(rule, count)| (rule.as_str(), count)).collect();
    json!({
        "name": item.name,
        "class": item.class,
        "media": item.media,
        "bytes": item.bytes,
        "needsConsent": item.needs_consent,
        "masked": masked,
    })
}

fn cells(item: &Described) -> [String; 6] {
    let counts = masked(item).into_iter().map(|(rule, count)| format!("{rule} {count}"));
    let counts = counts.collect::<Vec<_>>().join(", ");
    [
        item.name.to_string(),
        item.class.to_string(),
        item.media.to_string(),
        item.bytes.to_string(),
        if item.needs_consent { "yes" } else { "no" }.to_owned(),
        if counts.is_empty() { "-".to_owned() } else { counts },
    ]
}
