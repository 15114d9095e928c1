//! Parses, traces, runs one subcommand.

use std::process::ExitCode;

use clap::Parser;
use kept::cli::Cli;
use mimalloc::MiMalloc;

/// Each job, query and answer makes many small values, and those of one thread are often dropped by another.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the last word of a command that failed")]
            {
                eprintln!("kept: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}
