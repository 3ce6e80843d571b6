//! `rolecall audit`: the record of decisions, configuration and snapshots, and whether it is as it was written.

mod erase;
mod export;
mod head;
mod list;
mod verify;

use std::path::Path;

use clap::{Args, Subcommand};
use rolecall_engine::hub::Permission;

use crate::cli::Global;
use crate::exit::{Exit, Failure};
use crate::output::{Format, LIST};
use crate::place::{Place, changes, files, reaches_out};

pub(super) use head::head_deliver_after_sync;

#[derive(Debug, Args)]
#[command(
    after_help = "Each record carries the hash of the one before it, so that nothing in the middle can be changed, dropped
or moved unseen. A signed head that left this machine also shows a tail that was cut off and a log that
was made anew. docs/reference/audit.md says what is hashed and signed.

Examples:
  rolecall audit list --since 7d
  rolecall audit head --deliver file:/mnt/elsewhere/heads
  rolecall audit export audit.ndjson
  rolecall audit verify audit.ndjson --head heads --key 5f0c…
  rolecall audit erase --person alice --reason 'asked to'"
)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

impl AuditArgs {
    /// Where it may be run. Signing a head changes the database, and needs a key that is a file.
    pub(crate) fn place(&self) -> Place {
        match &self.command {
            AuditCommand::List(_) | AuditCommand::Export(_) => Place::Hub(Permission::Audit),
            AuditCommand::Verify(args) if args.has_files() => {
                files("verify an export on your machine without the hub, or the hub's own log without --head")
            }
            AuditCommand::Verify(_) => Place::Hub(Permission::Audit),
            AuditCommand::Head(_) => reaches_out("run it on the hub's machine, which has the key that signs"),
            AuditCommand::Key => files("run it on the hub's machine, which has the key that signs"),
            AuditCommand::Erase(_) => changes("run it on the hub's machine"),
        }
    }

    /// The file that the log is exported to, where it is.
    pub(crate) fn output(&self) -> Option<&Path> {
        match &self.command {
            AuditCommand::Export(args) => args.path(),
            AuditCommand::List(_) | AuditCommand::Head(_) | AuditCommand::Key => None,
            AuditCommand::Verify(_) | AuditCommand::Erase(_) => None,
        }
    }
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// List what was done, by whom, newest first
    List(list::ListArgs),
    /// Sign where the log ends now, and deliver that outside
    Head(head::HeadArgs),
    /// Show the public key by which others verify heads; makes the key on first use
    Key,
    /// Write the whole log to a file that can be verified without the database
    Export(export::ExportArgs),
    /// Verify the log of the database or of an export; exit 9 and the first broken record when it is not as written
    Verify(verify::VerifyArgs),
    /// Erase what names a person; the log still verifies
    Erase(erase::EraseArgs),
}

/// Runs the chosen command.
pub(crate) async fn run(global: &Global, args: &AuditArgs) -> Result<Exit, Failure> {
    const ONE: &[Format] = &[Format::Table, Format::Json];
    // Refused before anything is done.
    Format::among(global.format, if matches!(args.command, AuditCommand::List(_)) { LIST } else { ONE })?;
    match &args.command {
        AuditCommand::List(args) => list::run(global, args).await,
        AuditCommand::Head(args) => head::run(global, args).await,
        AuditCommand::Key => head::key(global),
        AuditCommand::Export(args) => export::run(global, args).await,
        AuditCommand::Verify(args) => verify::run(global, args).await,
        AuditCommand::Erase(args) => erase::run(global, args).await,
    }
}
