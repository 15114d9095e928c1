//! `kept staff add`, `list`, `disable` and `reset`: accounts of the vendor's people.

use anyhow::anyhow;
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::output;
use crate::api::Services;
use crate::app::{self, Databases};
use crate::clock::Timestamp;
use crate::config::Settings;
use crate::staff::{Account, Invitation, Role, StaffName};

#[derive(Subcommand)]
pub enum StaffCommand {
    /// Add an account, and print once what the person needs to sign in.
    ///
    /// The password is good for three days, and only for choosing another one. The address with `otpauth:` goes into an
    /// authenticator app. Neither is stored anywhere in clear; hand both over in person or by two ways.
    Add(Add),
    /// List all accounts.
    List {
        /// Print a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// End an account and all of its sessions. It stays in the list until its time is over.
    Disable(Named),
    /// Make a new password and a new secret for codes, and end all sessions: for whoever lost theirs.
    ///
    /// An account that was disabled can be used again after this.
    Reset(Named),
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleArgument {
    Agent,
    Lead,
    Auditor,
    Operator,
}

impl From<RoleArgument> for Role {
    fn from(role: RoleArgument) -> Self {
        match role {
            RoleArgument::Agent => Self::Agent,
            RoleArgument::Lead => Self::Lead,
            RoleArgument::Auditor => Self::Auditor,
            RoleArgument::Operator => Self::Operator,
        }
    }
}

#[derive(Args)]
pub struct Add {
    /// What the person signs in with, such as mara.k. Customers see it beside what the person did.
    #[arg(value_parser = StaffName::parse)]
    name: StaffName,
    /// agent: works on assigned tickets. lead: sees all tickets, assigns and merges them, reviews accesses. auditor: sees
    /// what was done, and nothing of what customers sent. operator: ends accounts and sessions, and sees no ticket.
    #[arg(long, value_enum)]
    role: RoleArgument,
    /// The last day of the person's contract: the account is of no use after it.
    #[arg(long, value_name = "DATE", value_parser = last_day)]
    contract_until: Option<Timestamp>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Named {
    #[arg(value_parser = StaffName::parse)]
    name: StaffName,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    name: String,
    role: &'static str,
    state: &'static str,
    contract_until: Option<Timestamp>,
    locked_until: Option<Timestamp>,
    last_used_at: Timestamp,
    expires_at: Timestamp,
}

impl From<&Account> for View {
    fn from(account: &Account) -> Self {
        Self {
            name: account.name.as_str().to_owned(),
            role: account.role.as_str(),
            state: account.state.as_str(),
            contract_until: account.contract_until,
            locked_until: account.locked_until,
            last_used_at: account.updated_at,
            expires_at: account.expires_at,
        }
    }
}

pub async fn run(settings: Settings, command: StaffCommand) -> anyhow::Result<()> {
    let services = app::open_services(settings, Databases::AsTheyAre).await?;
    match command {
        StaffCommand::Add(Add { name, role, contract_until, json }) => {
            invite(services.staff.add(name, role.into(), contract_until).await, json)
        }
        StaffCommand::Reset(Named { name, json }) => invite(services.staff.reset(&name).await, json),
        StaffCommand::List { json } => list(&services, json).await,
        StaffCommand::Disable(Named { name, json }) => {
            let account = services.staff.disable(&name, None).await.map_err(told)?;
            if json {
                return output::json(&View::from(&account));
            }
            output::line(&format!("{name} is disabled, and signed out everywhere"))
        }
    }
}

fn invite(made: Result<Invitation, crate::error::Error>, json: bool) -> anyhow::Result<()> {
    let invitation = made.map_err(told)?;
    let (password, code_uri) = (invitation.password.as_str(), invitation.code_uri.as_str());
    if json {
        let (account, until) = (View::from(&invitation.account), invitation.until);
        return output::json(&serde_json::json!({
            "account": account, "password": password, "codeUri": code_uri, "until": until,
        }));
    }
    let account = &invitation.account;
    output::line(&format!("{} ({})", account.name, account.role))?;
    output::line(&format!("password  {password}  (until {}, then choose another one)", invitation.until))?;
    output::line(&format!("codes     {code_uri}"))?;
    output::note("this is shown once and stored nowhere")
}

async fn list(services: &Services, json: bool) -> anyhow::Result<()> {
    let accounts = services.staff.accounts().await?;
    let views: Vec<View> = accounts.iter().map(View::from).collect();
    if json {
        return output::json(&views);
    }
    let rows: Vec<_> = views
        .iter()
        .map(|view| {
            let until = view.contract_until.map_or_else(|| "-".to_owned(), |until| until.to_string());
            let last_used = view.last_used_at.to_string();
            [view.name.clone(), view.role.to_owned(), view.state.to_owned(), until, last_used]
        })
        .collect();
    output::table(["name", "role", "state", "contract until", "last used"], &rows)
}

fn told(error: crate::error::Error) -> anyhow::Error {
    if error.code().status() < 500 { anyhow!("{error}") } else { anyhow!("{}", error.log_line()) }
}

/// The end of a day: a contract is good on its last one.
fn last_day(text: &str) -> Result<Timestamp, String> {
    let begins: Timestamp =
        format!("{text}T00:00:00Z").parse().map_err(|_| "expected a day such as 2027-05-31".to_owned())?;
    Ok(begins.plus(std::time::Duration::from_secs(86_400)))
}
