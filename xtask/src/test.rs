//! `cargo xtask test`: every test of the project, and one line that counts them.

use std::process::{Command, ExitCode};

use crate::failures::Failures;
use crate::process::{self, Failure};
use crate::tally::Tally;
use crate::tools::Tools;
use crate::tools::postgres::Server;

/// The package of tests that need foreign programs; kept out of the default members.
const FOREIGN: &str = "rolecall-e2e";

/// How many cases the tests with very many of them try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Enough to notice a mistake.
    Ci,
    /// All of them.
    Deep,
}

/// The count stands alone on the last line printed, whatever happened before; what failed stands above it.
pub(crate) fn run(level: Level) -> ExitCode {
    let mut outcome = Outcome::default();
    if let Err(failure) = everything(&mut outcome, level) {
        eprintln!("xtask: {failure}");
        outcome.failures.run(failure.to_string());
        outcome.tally.ended_badly(Tally::default());
    }
    for line in outcome.failures.lines() {
        println!("{line}");
    }
    println!("{}", outcome.tally);
    if outcome.tally.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What came of the runs so far.
#[derive(Default)]
struct Outcome {
    tally: Tally,
    failures: Failures,
}

fn everything(outcome: &mut Outcome, level: Level) -> Result<(), Failure> {
    let name = if level == Level::Deep { "deep" } else { "ci" };
    count(
        outcome,
        process::cargo()
            .args(["test", "--no-fail-fast", "--workspace", "--exclude", FOREIGN])
            .env("ROLECALL_TEST_LEVEL", name),
    )?;

    let tools = Tools::install()?;
    let server = Server::start()?;
    count(
        outcome,
        process::cargo()
            .args(["test", "--no-fail-fast", "--package", "rolecall-store", "--package", "rolecall-engine", "--tests"])
            .env("ROLECALL_TEST_POSTGRES", server.address())
            .env("ROLECALL_TEST_LEVEL", name),
    )?;
    count(
        outcome,
        process::cargo()
            .args(["test", "--package", "rolecall", "--test", "hub"])
            .env("ROLECALL_TEST_POSTGRES", server.address())
            .env("ROLECALL_TEST_LEVEL", name),
    )?;
    process::run(process::cargo().args(["build", "--package", "rolecall"]))?;
    count(
        outcome,
        process::cargo()
            .args(["test", "--no-fail-fast", "--package", FOREIGN])
            .env("ROLECALL_BINARY", process::target().join("debug").join("rolecall"))
            .env("ROLECALL_E2E_TOOLS", tools.directory())
            .env("ROLECALL_TEST_POSTGRES", server.address())
            .env("ROLECALL_TEST_LEVEL", name),
    )
}

fn count(outcome: &mut Outcome, command: &mut Command) -> Result<(), Failure> {
    let before = outcome.tally;
    let status = process::stream(command, |line| {
        outcome.tally.line(line);
        outcome.failures.line(line);
    })?;
    if !status.success() {
        outcome.tally.ended_badly(before);
        outcome.failures.run(format!("`{}` ended with {status}", process::spelled(command)));
    }
    Ok(())
}
