//! Lines of the log: for people, or one JSON object each for programs.

use std::io::IsTerminal as _;

use clap::{Args, ValueEnum};
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use crate::cli::{Cli, Command, Global};
use crate::output::note;
use crate::output::text::printable;

/// How lines of the log are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Json,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Watching over it")]
pub(crate) struct LogArgs {
    /// How to write what happens, on standard error
    #[arg(long, env = "ROLECALL_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) log_format: LogFormat,
}

/// What a command is, as far as its log goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Somebody waits for its answer.
    Answer,
    /// It shows itself, and goes on until it is stopped.
    Show,
    /// It goes on until it is stopped.
    Service(LogFormat),
}

impl Manner {
    pub(super) fn of(cli: &Cli) -> Self {
        match &cli.command {
            Command::Serve(args) => Self::Service(args.log.log_format),
            Command::Work(args) => Self::Service(args.log.log_format),
            #[cfg(feature = "sim")]
            Command::Demo(_) => Self::Show,
            _ => Self::Answer,
        }
    }
}

const DEBUG: &str =
    "rolecall=debug,rolecall_connect=debug,rolecall_engine=debug,rolecall_http=debug,rolecall_store=debug,warn";

/// What is written unless `ROLECALL_LOG` says otherwise. Where people read it, spans are left out of its lines.
fn level(manner: Manner, global: &Global) -> String {
    let is_json = manner == Manner::Service(LogFormat::Json);
    let said = match global.verbose {
        0 if global.quiet => "warn",
        0 if is_json => "warn,rolecall=info",
        0 if manner == Manner::Service(LogFormat::Text) => "warn,rolecall::request=info",
        0 => "warn",
        1 => "info",
        _ => DEBUG,
    };
    if is_json { said.to_owned() } else { format!("{said},rolecall::measured=off") }
}

/// Log lines go to standard error, so that they never mix with an answer. No log line ever holds a secret.
pub(super) fn lines(manner: Manner, global: &Global) -> Box<dyn Layer<Registry> + Send + Sync> {
    let filter = EnvFilter::try_from_env("ROLECALL_LOG").unwrap_or_else(|_| EnvFilter::new(level(manner, global)));
    let layer = fmt::layer().with_writer(std::io::stderr);
    match manner {
        Manner::Service(LogFormat::Json) => {
            layer.json().flatten_event(true).with_current_span(false).with_filter(filter).boxed()
        }
        _ => layer.with_ansi(std::io::stderr().is_terminal()).with_filter(filter).boxed(),
    }
}

/// How a service says what happens, beside what others log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    pub(crate) format: LogFormat,
    /// Whether only trouble is said.
    pub(crate) is_quiet: bool,
}

impl Voice {
    /// Says something that is no trouble, and has to be known all the same.
    pub(crate) fn say(self, text: &str) {
        match self.format {
            LogFormat::Text => note(&printable(text)),
            LogFormat::Json => tracing::info!(target: "rolecall::service", "{}", printable(text)),
        }
    }

    /// Says what happened at this moment.
    pub(crate) fn happened(self, is_trouble: bool, moment: &str, text: &str) {
        match (self.format, is_trouble) {
            (_, false) if self.is_quiet => {}
            (LogFormat::Text, _) => note(&printable(&format!("{moment} {text}"))),
            (LogFormat::Json, true) => tracing::warn!(target: "rolecall::work", "{}", printable(text)),
            (LogFormat::Json, false) => tracing::info!(target: "rolecall::work", "{}", printable(text)),
        }
    }
}
