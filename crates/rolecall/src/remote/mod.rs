//! Asking a hub: commands that only read are run there, and what they say is printed here.
//!
//! | question | module |
//! |---|---|
//! | which hub is asked, if any? | [`chosen`] |
//! | what may be a hub's address? | `address` |
//! | with which token? | `token`; those of `rolecall login`: `kept` |
//! | how is it asked, and what is said when it refuses? | `connection`, `refused` |
//! | how is a command run there? | `run`; what is sent of the command line: `arguments` |

mod address;
mod arguments;
mod connection;
mod kept;
mod refused;
mod run;
mod styled;
mod token;

use clap::ArgMatches;

use crate::cli::{Cli, Command};
use crate::command::serve::is_said;
use crate::exit::{Exit, Failure};
use crate::place::Place;
pub(crate) use address::HubAddress;
pub(crate) use connection::Connection;
pub(crate) use kept::{Kept, KeptHub};
pub(crate) use refused::{Problem, failure};
pub(crate) use run::run;

/// The hub that a command is for; nothing where it is for this machine.
///
/// # Errors
/// When it is not clear whether a hub or a database is meant, and for commands that no hub runs.
pub(crate) fn chosen(matches: &ArgMatches, cli: &Cli) -> Result<Option<HubAddress>, Failure> {
    let Some(text) = cli.global.hub.as_deref().filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    if matches!(cli.command, Command::Login(_) | Command::Logout(_)) {
        return Ok(None);
    }
    let (is_hub_said, is_database_said) = (is_said(matches, "hub"), is_said(matches, "database"));
    let usage = |why: &str| Failure::new(Exit::Usage, why);
    let name = matches.subcommand_name().unwrap_or("this command");
    match cli.command.place() {
        _ if is_hub_said && is_database_said => {
            Err(usage("--hub and --database cannot be used together").hint("a hub reads its own database"))
        }
        Place::Here if is_hub_said => Err(usage("--hub has no part in this command, which is about this machine")),
        // What was typed counts more than what was set some time ago.
        _ if is_database_said => Ok(None),
        Place::Here => Ok(None),
        Place::Refused { why, instead } => {
            let here = "to run it on this machine's own database, unset ROLECALL_HUB or name a --database";
            let hint = if is_hub_said { instead.to_owned() } else { format!("{instead}; {here}") };
            Err(Failure::new(Exit::Usage, format!("no hub runs {name} for you: {why}")).hint(hint))
        }
        Place::Hub(_) if !is_hub_said && cli.global.database.is_some() => {
            Err(usage("both ROLECALL_HUB and ROLECALL_DATABASE are set, and only one can be meant")
                .hint("unset one of them, or say --hub or --database"))
        }
        Place::Hub(_) => HubAddress::read(text).map(Some),
    }
}
