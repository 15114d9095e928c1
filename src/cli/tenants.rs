//! `kept tenants`: list, show, export, and what an operator may set.

mod export;
mod join;
mod leaving;

use anyhow::anyhow;
use clap::Subcommand;
use serde::Serialize;

use super::erasures::{self, BrakeView};
use super::output;
use crate::api::Services;
use crate::app::{self, Databases};
use crate::clock::Timestamp;
use crate::config::Settings;
use crate::db::Id;
use crate::policy::AccountUse;
use crate::tenancy::summary::ClassSummary;
use crate::tenancy::{Account, ListedInstallation, ListedTenant, Sought};

const PAGE: i64 = 500;

#[derive(Subcommand)]
pub enum TenantsCommand {
    /// List all tenants, or some of them.
    ///
    /// `active` is in use; `suspected` has a date to go, and why: `asked` by an administrator or an operator, `lapsed`,
    /// `unreachable` or `superseded`; `marked` was uninstalled; `erasing` is being erased.
    List {
        /// Only those that have the app under Connect, and no installation under Forge yet.
        #[arg(long, conflicts_with = "split")]
        not_on_forge: bool,
        /// Only those with an installation under Forge that belongs to another tenant, or is claimed by one.
        #[arg(long)]
        split: bool,
        /// Print a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Show one tenant: its state, its account fields and what is stored of it.
    Show {
        /// The product's clientKey of the installation, its id under Forge, or our own id of it.
        tenant: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Give a split installation under Forge to the tenant that it belongs to.
    ///
    /// Data of the two tenants is not put together: what was stored for the installation so far stays with its former tenant. If
    /// no name leads to that one any more, it is erased by the date that the policy sets.
    Join(join::Join),
    /// Write everything that is stored of one tenant to a zip file, opened, as its administrators can download it.
    ///
    /// Also for a tenant that left, until its erasure begins. The shared secret is listed and not shown.
    Export(export::Export),
    /// Set when a tenant's subscription or trial ends.
    ///
    /// Before that day a notice goes out, after it the data is kept for as long as the policy says. A date in the past is
    /// taken as long as the data is not due at once because of it.
    End(leaving::End),
    /// Have a tenant's data erased before its time.
    ///
    /// Shows first what would go. The erasure begins when the policy's delay is over; until then the customer can take it
    /// back.
    Erase(leaving::Erase),
}

/// A tenant as machines read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    id: Id,
    client_key: Option<String>,
    state: &'static str,
    due_at: Option<Timestamp>,
    reason: Option<&'static str>,
    generation: i64,
    product: Option<String>,
    base_url: Option<String>,
    since: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<Account>,
    /// Its installations under Forge.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    installations: Vec<ListedInstallation>,
    /// What holds its erasure.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    brakes: Vec<BrakeView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    classes: Option<Vec<ClassSummary>>,
}

impl View {
    fn of(known: &ListedTenant) -> Self {
        let field =
            |name| known.account.as_ref()?.get(name, AccountUse::ContractAdministration).map(str::to_owned);
        Self {
            id: known.tenant.id,
            client_key: field("clientKey"),
            state: known.tenant.state(),
            due_at: known.tenant.due_at(),
            reason: known.tenant.reason(),
            generation: known.tenant.generation,
            product: field("productType"),
            base_url: field("baseUrl"),
            since: known.installed_at,
            account: None,
            installations: Vec::new(),
            brakes: Vec::new(),
            classes: None,
        }
    }
}

pub async fn run(settings: Settings, command: TenantsCommand) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    match command {
        TenantsCommand::List { not_on_forge, split, json } => {
            let not_arrived = not_on_forge.then_some(Sought::NotArrived);
            list(&services, not_arrived.or(split.then_some(Sought::Split)), json).await
        }
        TenantsCommand::Join(arguments) => join::join(&services, &arguments).await,
        TenantsCommand::Show { tenant, json } => show(&services, &tenant, json).await,
        TenantsCommand::Export(arguments) => export::export(&services, &arguments).await,
        TenantsCommand::End(arguments) => leaving::end(&services, &arguments).await,
        TenantsCommand::Erase(arguments) => leaving::erase(&services, &arguments).await,
    }
}

async fn list(services: &Services, sought: Option<Sought>, json: bool) -> anyhow::Result<()> {
    let (mut views, mut after) = (Vec::new(), Id::NONE);
    loop {
        let page = services.tenancy.page(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.tenant.id;
        let mut kept: Vec<_> = page.iter().map(|known| known.tenant.id).collect();
        if let Some(sought) = sought {
            kept = services.tenancy.sought(sought, kept).await?;
        }
        let page = page.iter().filter(|known| kept.contains(&known.tenant.id));
        views.extend(page.map(View::of));
    }
    if sought == Some(Sought::Split) {
        for view in &mut views {
            view.installations = services.tenancy.forge_of(view.id).await?;
        }
    }
    if json {
        return output::json(&views);
    }
    let rows: Vec<_> = views.iter().map(row).collect();
    output::table(["id", "state", "due at", "reason", "product", "site", "client key"], &rows)
}

fn row(view: &View) -> [String; 7] {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    [
        view.id.to_string(),
        view.state.to_owned(),
        view.due_at.map_or_else(|| "-".to_owned(), |at| at.to_string()),
        view.reason.unwrap_or("-").to_owned(),
        text(&view.product),
        text(&view.base_url),
        text(&view.client_key),
    ]
}

async fn show(services: &Services, tenant: &str, json: bool) -> anyhow::Result<()> {
    let known = find(services, tenant).await?;
    let summary = services.tenancy.summary(known.tenant.id).await?;
    let brakes = erasures::brakes(services).await?;
    // Once the key of a tenant is gone, nobody can read what its installations were called.
    let installations = match known.account {
        Some(_) => services.tenancy.forge_of(known.tenant.id).await?,
        None => Vec::new(),
    };
    if json {
        let (account, classes) = (known.account.clone(), Some(summary.classes));
        return output::json(&View { account, installations, classes, brakes, ..View::of(&known) });
    }
    print(&known, &installations, &brakes, &summary.classes)
}

pub(super) async fn find(services: &Services, tenant: &str) -> anyhow::Result<ListedTenant> {
    if let Some(known) = services.tenancy.find(tenant).await? {
        return Ok(known.into());
    }
    if let Some(known) = services.tenancy.find_forge(tenant).await? {
        return Ok(known.into());
    }
    let by_id = match tenant.parse() {
        Ok(id) => services.tenancy.listed(id).await?,
        Err(_) => None,
    };
    by_id.ok_or_else(|| {
        anyhow!("no tenant {tenant:?}: neither a clientKey, nor the id of an installation, nor an id of ours")
    })
}

fn print(
    known: &ListedTenant,
    installations: &[ListedInstallation],
    brakes: &[BrakeView],
    classes: &[ClassSummary],
) -> anyhow::Result<()> {
    let view = View::of(known);
    output::line(&format!("tenant      {}", view.id))?;
    output::line(&format!("state       {} (generation {})", view.state, view.generation))?;
    output::line(&format!("since       {}", view.since))?;
    if let (Some(due_at), Some(reason)) = (view.due_at, view.reason) {
        output::line(&format!("due         {due_at} ({reason})"))?;
    }
    for brake in brakes {
        output::line(&format!("held by     {}", brake.line()))?;
    }
    output::line(&format!("secrets     {} in use", known.secrets))?;
    output::line("")?;
    let account = known.account.iter().flat_map(Account::iter);
    let fields: Vec<_> = account.map(|(name, value)| [name.to_owned(), value.to_owned()]).collect();
    output::table(["account field", "value"], &fields)?;
    output::line("")?;
    let at = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    if !installations.is_empty() {
        let row = |known: &ListedInstallation| {
            let (name, mapping) = (known.installation.installation_id.clone(), known.mapping.clone());
            [name, mapping, known.installed_at.to_string(), at(known.seen_at), at(known.removed_at)]
        };
        let rows: Vec<_> = installations.iter().map(row).collect();
        output::table(["installation under Forge", "of before", "installed", "seen", "removed"], &rows)?;
        output::line("")?;
    }
    let rows: Vec<_> = classes
        .iter()
        .map(|class| {
            let (records, bytes) = (class.records.to_string(), class.bytes.to_string());
            [class.class.to_string(), records, bytes, at(class.oldest_at), at(class.next_expiry_at)]
        })
        .collect();
    output::table(["class", "records", "bytes", "oldest", "next expiry"], &rows)
}
