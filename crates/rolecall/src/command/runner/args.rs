//! The command line of a connector: made of its fields, so that nothing is said of them twice.

use std::fmt;
use std::net::SocketAddr;

use clap::builder::ValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches, Subcommand};

use super::field::{Field, FieldKind};
use super::fields::{ACCESS_TOKEN, fields};
use crate::connectors::{KINDS, Kind};

/// A connector type, what it is to do, and what was said.
pub(crate) struct RunnerArgs {
    pub(super) kind: &'static dyn Kind,
    pub(super) task: Task,
    /// Of the innermost command, which knows what was said to the outer ones.
    pub(super) matches: ArgMatches,
}

/// What a connector is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Read once, or serve a hub.
    Run,
    /// Say what it can do.
    Capabilities,
    /// Say what can be said to it.
    Config,
    /// Ask one that runs whether it is well.
    HealthCheck,
    /// Answer calls about a file that was written before.
    Serve(SocketAddr),
}

const ENDING: &str =
    "Without --client-id it reads once and writes the file. With it, and BATON_CLIENT_SECRET, it serves the hub
that gave both, until it is stopped. Everything may also be said by a variable, BATON_ and the flag's name
(BATON_ORGANIZATION), or in the file that BATON_CONFIG_PATH names, otherwise .baton.yaml. A flag counts
more than a variable, and that more than the file. Secrets are never arguments: BATON_ACCESS_TOKEN,
BATON_CLIENT_SECRET, or files that BATON_ACCESS_TOKEN_FILE and BATON_CLIENT_SECRET_FILE name.

No database is used. Exit codes are those of calls: 0 done, 1 stopped, 2 unexpected, 3 usage, 5 name, 7 not
permitted, 9 incomplete, 12 not provided, 13 machine, 14 unavailable, 16 credential.";

impl Subcommand for RunnerArgs {
    fn augment_subcommands(command: Command) -> Command {
        KINDS.iter().fold(command, |command, kind| command.subcommand(of_kind(*kind)))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        KINDS.iter().any(|kind| kind.name() == name)
    }
}

fn of_kind(kind: &'static dyn Kind) -> Command {
    let name = kind.name();
    let about = format!("Be a connector of one {} organisation in baton's world", kind.title());
    let examples = format!(
        "\n\nExamples:\n  rolecall runner {name} --organization acme --file acme.c1z\n  \
         rolecall runner {name} --organization acme --client-id otter@hub.example.com/spe\n  \
         rolecall runner {name} capabilities"
    );
    let command = Command::new(name).about(about).after_help(format!("{ENDING}{examples}"));
    let command = fields(kind).into_iter().flat_map(|field| arguments(&field)).fold(command, Command::arg);
    let listen = Arg::new("listen").long("listen").value_name("ADDRESS:PORT").default_value("127.0.0.1:0");
    let listen = listen.help("Listen here, on this machine alone").value_parser(loopback as fn(&str) -> _);
    command
        .subcommand(Command::new("capabilities").about("Print what it can do, as JSON"))
        .subcommand(Command::new("config").about("Print everything that can be said to it, as JSON"))
        .subcommand(Command::new("health-check").about("Ask the one that runs here whether it is well"))
        .subcommand(
            Command::new("serve")
                .about("Answer the calls of baton's connector services, about a file that was written before")
                .arg(listen),
        )
}

/// Calls are answered to whoever asks and without TLS, so that nobody elsewhere may.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|_| "it must be ADDRESS:PORT, such as 127.0.0.1:9000".to_owned())?;
    if address.ip().is_loopback() { Ok(address) } else { Err("it must be an address of this machine alone".to_owned()) }
}

/// The arguments of one field. Those of secrets are there to be refused in words.
fn arguments(field: &Field) -> Vec<Arg> {
    let name = field.name.to_string();
    let mut help = field.what.to_string();
    if !field.default.is_empty() {
        help.push_str(&format!(" [default: {}]", field.default));
    }
    let argument = Arg::new(name.clone()).long(name.clone()).global(true).hide(field.is_hidden).help(help.clone());
    let argument = match field.short {
        Some(short) => argument.short(short),
        None => argument,
    };
    match field.kind {
        FieldKind::Secret => {
            let aliases: &[&str] = if name == ACCESS_TOKEN { &["token", "api-key", "api-token"] } else { &[] };
            let refused =
                argument.aliases(aliases.iter().copied()).hide(true).num_args(0..=1).action(ArgAction::Append);
            let file = Arg::new(format!("{name}-file")).long(format!("{name}-file")).global(true);
            let what = format!("A file that holds {}{}", help[..1].to_lowercase(), &help[1..]);
            vec![refused, file.value_name("FILE").help(what)]
        }
        FieldKind::Switch => {
            let value = ["true", "false"];
            vec![
                argument
                    .num_args(0..=1)
                    .require_equals(true)
                    .default_missing_value("true")
                    .value_parser(value)
                    .hide_possible_values(true),
            ]
        }
        FieldKind::List => vec![argument.action(ArgAction::Append).value_name("LIST")],
        FieldKind::Choice(words) => vec![argument.value_name("WORD").value_parser(words.to_vec())],
        FieldKind::Number => vec![argument.value_name("NUMBER").allow_negative_numbers(true)],
        FieldKind::Text => vec![argument.value_name("TEXT").value_parser(ValueParser::string())],
    }
}

impl FromArgMatches for RunnerArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::raw(ErrorKind::MissingSubcommand, "the connector type is missing\n");
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let kind = KINDS.iter().copied().find(|kind| kind.name() == name).ok_or_else(missing)?;
        let (task, matches) = match matches.subcommand() {
            Some(("capabilities", inner)) => (Task::Capabilities, inner),
            Some(("config", inner)) => (Task::Config, inner),
            Some(("health-check", inner)) => (Task::HealthCheck, inner),
            Some(("serve", inner)) => {
                let listen = inner.get_one::<SocketAddr>("listen").copied().ok_or_else(missing)?;
                (Task::Serve(listen), inner)
            }
            _ => (Task::Run, matches),
        };
        Ok(Self { kind, task, matches: matches.clone() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Without what was said: there may be a secret where none belongs.
impl fmt::Debug for RunnerArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunnerArgs").field("kind", &self.kind.name()).field("task", &self.task).finish_non_exhaustive()
    }
}
