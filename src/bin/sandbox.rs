//! Runs the stand-in Atlassian site, to try the app in a browser.

use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kept::clock::{Clock, Timestamp};
use kept::sandbox::{Options, Sandbox, authenticator};

/// A stand-in Atlassian site on this machine: a small Jira at /, a small Confluence at /wiki.
///
/// Start Kept first, then open the site in a browser and click "Install". Nothing is installed by itself, and nothing
/// is kept when this program ends.
#[derive(Parser)]
#[command(name = "sandbox", version, max_term_width = 100, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    other: Option<Other>,

    /// Where the site listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,

    /// Where mail is received.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8025")]
    smtp: SocketAddr,

    /// Where Kept answers.
    #[arg(long, value_name = "URL", default_value = "http://localhost:8080")]
    app_url: String,

    /// The key of Kept's descriptor.
    #[arg(long, value_name = "KEY", default_value = "kept")]
    app_key: String,

    /// The app's id in Forge. Give Kept the same one in KEPT_FORGE_APP_ID.
    #[arg(long, value_name = "ARI", default_value = kept::sandbox::FORGE_APP_ID)]
    forge_app_id: String,

    /// Starts the site's clock at this instant, such as 2027-05-22T00:00:00Z. Give Kept the same one in KEPT_CLOCK, and
    /// start both within half a minute, or each refuses the other's tokens.
    #[arg(long, value_name = "TIME")]
    clock: Option<Timestamp>,
}

#[derive(Subcommand)]
enum Other {
    /// Print the one-time code of this moment, as an authenticator app shows it.
    Code {
        /// The address that `kept staff add` printed: otpauth://totp/…
        address: String,
        /// The code of another moment, for a service that was started with KEPT_CLOCK.
        #[arg(long, value_name = "TIME")]
        at: Option<Timestamp>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    let done = match arguments.other.take() {
        Some(Other::Code { address, at }) => print_code(&address, at),
        None => run(arguments).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell it to when even this cannot be written.
            let _written = writeln!(std::io::stderr(), "sandbox: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn print_code(address: &str, at: Option<Timestamp>) -> anyhow::Result<()> {
    let code = authenticator::code(address, at.unwrap_or_else(|| Clock::system().now()));
    let code =
        code.ok_or_else(|| anyhow::anyhow!("this is no address of an authenticator app (otpauth://totp/…)"))?;
    Ok(writeln!(std::io::stdout(), "{code}")?)
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let (listen, smtp) = (arguments.listen, arguments.smtp);
    let options = Options {
        listen,
        smtp: arguments.smtp,
        app_url: arguments.app_url,
        app_key: arguments.app_key,
        clock: arguments.clock.map_or_else(Clock::system, Clock::starting_at),
    };
    let started = Sandbox::start(options).await;
    let sandbox = started
        .map_err(|error| anyhow::anyhow!("cannot start on {listen} and, for mail, {smtp}: {error}"))?;
    sandbox.set_forge_app_id(&arguments.forge_app_id);
    write!(
        std::io::stdout(),
        "The sandbox is ready.\n\n  \
         Jira         {url}/\n  \
         Confluence   {url}/wiki\n  \
         Mail         {smtp}\n\n\
         It expects Kept at {app}. Open a site and click \"Install\". Ctrl-C stops it.\n",
        url = sandbox.url(),
        smtp = sandbox.smtp_url(),
        app = sandbox.app_url(),
    )?;
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
}
