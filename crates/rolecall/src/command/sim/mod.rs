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
use fault::{FaultRule, Words};
use npm::NpmArgs;
use rolecall_sim::{Registry, Server};
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

/// Lets these things go wrong, says that the registry is ready, and serves until the process is asked to stop.
async fn serve_until_stopped<R: Registry>(
    server: Server<R>,
    faults: &[FaultRule<impl Words>],
    announcement: &Value,
) -> anyhow::Result<()> {
    for rule in faults {
        rule.set(server.faults());
    }
    let mut stdout = io::stdout();
    writeln!(stdout, "{announcement}").and_then(|()| stdout.flush()).context("standard output cannot be written")?;
    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
    server.stop().await;
    Ok(())
}
