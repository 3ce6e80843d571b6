//! Rolecall: who can publish what, by which path, since when, and is that still right?

mod command {
    #[cfg(feature = "sim")]
    pub(crate) mod sim;
}

use clap::{Parser, Subcommand};

/// Who can publish what, by which path, since when, and is that still right?
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[cfg(feature = "sim")]
    Sim(command::sim::SimArgs),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        #[cfg(feature = "sim")]
        Command::Sim(args) => command::sim::run(&args).await,
    }
}
