//! Commands that the hub runs for its clients: the same that somebody at its terminal would run, of which only those that
//! read what is recorded.
//!
//! **Architecture Invariant:** nothing that a client says chooses a database, another hub, or a file of this machine; and
//! nothing that was said to this process when it began, or stands in its environment, changes what a client reads.

use std::sync::Arc;
use std::thread;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use rolecall_engine::hub::Permission;
use rolecall_store::DatabaseAddress;
use rolecall_web::{
    CommandEnd, CommandPiece, CommandRefusal, CommandRunner, CommandStop, CommandWish, PreparedCommand,
};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::cli::Cli;
use crate::command;
use crate::console::Client;
use crate::exit::{Exit, Failure};
use crate::output::text::{has_token, printable, without_tokens};
use crate::place::Place;
use crate::telemetry::Telemetry;

/// The stack of a command's thread, in bytes: no less than a terminal's. Whatever overflowed it would end the hub.
const STACK: usize = 16 << 20;

/// How many arguments a command line may have.
const ARGUMENTS: usize = 500;

/// How long all of them together may be, in bytes: no system passes a longer one to a program.
const LONGEST: usize = 128 << 10;

/// Runs commands over the hub's database.
#[derive(Clone)]
pub(crate) struct HubCommands {
    database: DatabaseAddress,
    runtime: Handle,
    /// A command is measured as the request that it is run for, and not by itself.
    telemetry: Arc<Telemetry>,
}

impl HubCommands {
    /// Over this database, which is opened anew for each command, and for reading alone.
    pub(crate) fn new(database: &DatabaseAddress) -> Self {
        Self { database: database.clone(), runtime: Handle::current(), telemetry: Arc::new(Telemetry::none()) }
    }
}

impl CommandRunner for HubCommands {
    fn prepare(&self, wish: CommandWish) -> Result<Box<dyn PreparedCommand>, CommandRefusal> {
        let CommandWish { arguments, input, width } = wish;
        let cli = read(&arguments)?;
        let needs = match cli.command.place() {
            Place::Hub(needs) => needs,
            Place::Here => {
                return Err(refusal("no hub runs this command: it is about the machine that it is run on")
                    .hint("run it on your machine, without the hub"));
            }
            Place::Refused { why, instead } => {
                return Err(refusal(format!("no hub runs this command: {why}")).hint(instead));
            }
        };
        let (database, runtime, telemetry) = (self.database.clone(), self.runtime.clone(), Arc::clone(&self.telemetry));
        Ok(Box::new(Prepared { cli, needs, input, width, database, runtime, telemetry }))
    }
}

struct Prepared {
    cli: Cli,
    needs: Permission,
    input: Option<String>,
    width: Option<u16>,
    database: DatabaseAddress,
    runtime: Handle,
    telemetry: Arc<Telemetry>,
}

impl PreparedCommand for Prepared {
    fn needs(&self) -> Permission {
        self.needs
    }

    fn run(self: Box<Self>, pieces: mpsc::Sender<CommandPiece>, stop: CommandStop) -> CommandEnd {
        let thread = thread::Builder::new().name("command".to_owned()).stack_size(STACK);
        let running = thread.spawn(move || self.run_here(pieces, stop));
        match running.map(thread::JoinHandle::join) {
            Ok(Ok(end)) => end,
            // Whoever runs this tells that it broke off.
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => ended(Err(Failure::new(Exit::Failure, format!("the hub has no thread for it: {error}"))
                .hint("try again in a moment"))),
        }
    }
}

impl Prepared {
    fn run_here(self, pieces: mpsc::Sender<CommandPiece>, stop: CommandStop) -> CommandEnd {
        let Self { cli, input, width, database, runtime, telemetry, .. } = self;
        let mut stopped = stop.receiver();
        let client = Client { pieces, input, width, database, stop };
        let run = async {
            let outcome = tokio::select! {
                outcome = Box::pin(command::run_here(cli, &telemetry)) => outcome,
                _ = stopped.wait_for(|stop| *stop) => Err(Failure::new(Exit::Stopped, "the hub stopped the command")
                    .hint("it took too long, or the hub is being stopped: try again, or ask for less")),
            };
            ended(outcome)
        };
        runtime.block_on(client.run(run))
    }
}

fn ended(outcome: Result<Exit, Failure>) -> CommandEnd {
    match outcome {
        Ok(exit) => CommandEnd { exit: exit.code(), error: None, hint: None },
        Err(failure) => {
            let error = Some(without_tokens(&failure.message)).filter(|message| !message.is_empty());
            CommandEnd { exit: failure.exit.code(), error, hint: failure.hint }
        }
    }
}

/// Reads a command line. What the environment of this process says about databases and hubs is none of it.
fn read(arguments: &[String]) -> Result<Cli, CommandRefusal> {
    if arguments.len() > ARGUMENTS {
        return Err(refusal(format!("a command line has at most {ARGUMENTS} arguments"))
            .hint("give many queries in a file, with --file"));
    }
    if arguments.iter().map(String::len).sum::<usize>() > LONGEST {
        return Err(refusal("the command line is longer than 128 kB").hint("give a long query in a file, with --file"));
    }
    let words = std::iter::once("rolecall").chain(arguments.iter().map(String::as_str));
    let matches = Cli::command().try_get_matches_from(words).map_err(|error| unreadable(&error))?;
    for (name, flag) in [("database", "--database"), ("hub", "--hub"), ("hub_token_file", "--hub-token-file")] {
        if is_said(&matches, name) {
            return Err(refusal(format!("{flag} chooses nothing here: a hub reads its own database"))
                .hint(format!("leave {flag} out")));
        }
    }
    let mut cli = Cli::from_arg_matches(&matches).map_err(|error| unreadable(&error))?;
    cli.global.database = None;
    cli.global.hub = None;
    cli.global.hub_token_file = None;
    Ok(cli)
}

/// Whether an option was said, at whichever command, and is not from the environment.
pub(crate) fn is_said(matches: &ArgMatches, name: &str) -> bool {
    let here =
        matches.try_contains_id(name).unwrap_or(false) && matches.value_source(name) == Some(ValueSource::CommandLine);
    here || matches.subcommand().is_some_and(|(_, below)| is_said(below, name))
}

fn unreadable(error: &clap::Error) -> CommandRefusal {
    let said = error.render().to_string();
    let said = if has_token(&said) { without_tokens(&said) } else { said };
    let lines = said.lines().map(|line| printable(line.trim_end()));
    let first = lines.map(|line| line.trim_start_matches("error: ").to_owned()).find(|line| !line.is_empty());
    refusal(format!("the hub does not read this command line: {}", first.unwrap_or_default()))
        .hint("if it is right by rolecall --help on your machine, the hub is of another version")
}

fn refusal(message: impl Into<String>) -> CommandRefusal {
    CommandRefusal { message: message.into(), hint: None }
}

trait Hinted {
    fn hint(self, hint: impl Into<String>) -> Self;
}

impl Hinted for CommandRefusal {
    fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(words: &[&str]) -> Result<Cli, CommandRefusal> {
        read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn nothing_said_chooses_a_database_or_another_hub() {
        for words in [
            &["--database", "/etc/other.db", "status"][..],
            &["status", "--database=/etc/other.db"],
            &["connectors", "list", "--database", "x"],
            &["--hub", "http://127.0.0.1:1", "status"],
            &["status", "--hub=http://127.0.0.1:1"],
            &["audit", "list", "--hub-token-file", "/etc/passwd"],
        ] {
            let refused = read_words(words).unwrap_err();
            assert!(refused.message.contains("chooses nothing here"), "{words:?}: {refused:?}");
        }
        assert!(read_words(&["status", "--format", "json"]).is_ok());
    }

    #[test]
    fn what_is_no_command_line_is_told_in_a_line() {
        for words in [&["nothing-of-the-kind"][..], &[], &["--help"], &["list", "\u{1b}[2J"], &["who-can"]] {
            let refused = read_words(words).unwrap_err();
            assert!(!refused.message.contains(['\n', '\u{1b}']) && refused.hint.is_some(), "{refused:?}");
        }
        assert!(read(&vec!["x".to_owned(); 501]).unwrap_err().message.contains("at most 500"));
        assert!(read(&["x".repeat(128 * 1024 + 1)]).unwrap_err().message.contains("128 kB"));
    }
}
