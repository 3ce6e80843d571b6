//! `rolecall sim`: a simulated registry on this machine, to try Rolecall and foreign clients on.
//!
//! | question | file |
//! |---|---|
//! | what does `rolecall sim npm` serve? | `npm` |
//! | what does `rolecall sim cloudsmith` serve? | `cloudsmith` |
//! | how are faults written? | `fault` |

mod cloudsmith;
mod fault;
mod npm;

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;
use clap::{Args, Subcommand};
use cloudsmith::CloudsmithArgs;
use npm::NpmArgs;
use serde_json::Value;

/// Serve a simulated registry on this machine, with invented people, packages and tokens.
#[derive(Debug, Args)]
pub(crate) struct SimArgs {
    #[command(subcommand)]
    registry: Simulated,
}

#[derive(Debug, Subcommand)]
enum Simulated {
    Npm(NpmArgs),
    Cloudsmith(CloudsmithArgs),
}

/// Sizes that fit a machine.
fn size(least: u64) -> impl clap::builder::TypedValueParser<Value = usize> {
    clap::builder::RangedU64ValueParser::<usize>::new().range(least..=1_000_000)
}

/// Serves until the process is asked to stop.
///
/// # Errors
/// When the port cannot be taken or standard output cannot be written.
pub(crate) async fn run(args: &SimArgs) -> anyhow::Result<()> {
    match &args.registry {
        Simulated::Npm(args) => npm::serve(args).await,
        Simulated::Cloudsmith(args) => cloudsmith::serve(args).await,
    }
}

/// The address of a port of this machine alone.
fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Says that a registry is ready, and waits until the process is asked to stop.
async fn announce(line: &Value) -> anyhow::Result<()> {
    let mut stdout = io::stdout();
    writeln!(stdout, "{line}").and_then(|()| stdout.flush()).context("standard output cannot be written")?;
    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")
}
