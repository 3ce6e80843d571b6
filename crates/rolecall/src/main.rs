//! Rolecall: who can publish what to your package registries, by which path, since when, and is that still right?

mod cli;
mod command;
mod connectors;
mod console;
mod document;
mod environment;
mod exit;
mod output;
mod person;
mod place;
mod progress;
mod remote;
mod stop;
mod telemetry;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::cli::Cli;
use crate::exit::{Exit, Failure};
use crate::output::{note, paint_dim};
use crate::telemetry::Telemetry;

fn main() -> ExitCode {
    rolecall_http::provider_install();
    let parsed = Cli::command().try_get_matches();
    let parsed = parsed.and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return ended(Err(error.into())),
    };
    let telemetry = match Telemetry::start(&cli, runtime.handle()) {
        Ok(telemetry) => telemetry,
        Err(failure) => return ended(Err(failure)),
    };
    ended(runtime.block_on(async {
        let outcome = command::run(&matches, cli, &telemetry).await;
        telemetry.stop().await;
        outcome
    }))
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
