//! Rolecall: who can publish what to your package registries, by which path, since when, and is that still right?

mod cli;
mod command;
mod connectors;
mod document;
mod environment;
mod exit;
mod output;
mod person;
mod progress;
mod stop;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::cli::{Cli, Global};
use crate::exit::{Exit, Failure};
use crate::output::{note, paint_dim};

fn main() -> ExitCode {
    rolecall_http::provider_install();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    tracing_start(&cli.global);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return ended(Err(error.into())),
    };
    ended(runtime.block_on(command::run(cli)))
}

/// Shows help, or says what is wrong with the command line: not with a token in it that was given where none belongs.
fn usage(error: &clap::Error) -> ExitCode {
    let said = error.render();
    if output::text::has_token(&said.to_string()) {
        note(&output::text::without_tokens(&said.to_string()));
        let variables = connectors::token_variables();
        note(&format!("a token is never an argument: set {variables}, or pass --token-file FILE"));
    } else {
        // Whoever reads the output may have seen enough.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Says what went wrong and what to do next, and turns it into an exit code.
fn ended(outcome: Result<Exit, Failure>) -> ExitCode {
    let failure = match outcome {
        Ok(exit) => return exit.into(),
        Err(failure) if failure.exit == Exit::Done => return failure.exit.into(),
        Err(failure) => failure,
    };
    let message = output::text::without_tokens(&failure.message);
    note(&format!("error: {}", output::text::printable(&message)));
    if let Some(hint) = &failure.hint {
        note(&paint_dim(&format!("  hint: {}", output::text::printable(hint))));
    }
    failure.exit.into()
}

/// Log lines go to standard error, so that they never mix with an answer. No log line ever holds a secret.
fn tracing_start(global: &Global) {
    let level = match global.verbose {
        0 => "warn",
        1 => "info",
        _ => {
            "rolecall=debug,rolecall_connect=debug,rolecall_engine=debug,rolecall_http=debug,rolecall_store=debug,warn"
        }
    };
    let filter = EnvFilter::try_from_env("ROLECALL_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}
