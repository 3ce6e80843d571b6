//! `cargo xtask test`: every test of the project, and one line that counts them.

use std::process::{Command, ExitCode};

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

/// The count stands alone on the last line printed, whatever happened before.
pub(crate) fn run(level: Level) -> ExitCode {
    let mut tally = Tally::default();
    if let Err(failure) = everything(&mut tally, level) {
        eprintln!("xtask: {failure}");
        tally.ended_badly(Tally::default());
    }
    println!("{tally}");
    if tally.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn everything(tally: &mut Tally, level: Level) -> Result<(), Failure> {
    let name = if level == Level::Deep { "deep" } else { "ci" };
    count(
        tally,
        process::cargo()
            .args(["test", "--no-fail-fast", "--workspace", "--exclude", FOREIGN])
            .env("ROLECALL_TEST_LEVEL", name),
    )?;

    let tools = Tools::install()?;
    let server = Server::start()?;
    count(
        tally,
        process::cargo()
            .args(["test", "--no-fail-fast", "--package", "rolecall-store", "--package", "rolecall-engine", "--tests"])
            .env("ROLECALL_TEST_POSTGRES", server.address())
            .env("ROLECALL_TEST_LEVEL", name),
    )?;
    count(
        tally,
        process::cargo()
            .args(["test", "--package", "rolecall", "--test", "hub"])
            .env("ROLECALL_TEST_POSTGRES", server.address())
            .env("ROLECALL_TEST_LEVEL", name),
    )?;
    process::run(process::cargo().args(["build", "--package", "rolecall"]))?;
    count(
        tally,
        process::cargo()
            .args(["test", "--no-fail-fast", "--package", FOREIGN])
            .env("ROLECALL_BINARY", process::target().join("debug").join("rolecall"))
            .env("ROLECALL_E2E_TOOLS", tools.directory())
            .env("ROLECALL_TEST_POSTGRES", server.address())
            .env("ROLECALL_TEST_LEVEL", name),
    )
}

fn count(tally: &mut Tally, command: &mut Command) -> Result<(), Failure> {
    let before = *tally;
    let status = process::stream(command, |line| tally.line(line))?;
    if !status.success() {
        tally.ended_badly(before);
    }
    Ok(())
}
