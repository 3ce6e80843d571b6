//! `cargo xtask test`: every test of the project, and one line that counts them.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use crate::failures::Failures;
use crate::process::{self, Failure};
use crate::programs::{self, Program};
use crate::tally::Tally;
use crate::tools::Tools;
use crate::tools::postgres::Server;

/// The package of tests that need foreign programs; kept out of the default members.
const FOREIGN: &str = "rolecall-e2e";

/// All other packages.
const OWN: [&str; 3] = ["--workspace", "--exclude", FOREIGN];

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

/// Without a database server and foreign programs first; with the server, where tests need one or can use it; then
/// with the foreign programs, which drive the binary as it is built alone.
fn everything(outcome: &mut Outcome, level: Level) -> Result<(), Failure> {
    let own = programs::build(&OWN)?;
    let level = ("ROLECALL_TEST_LEVEL", OsString::from(if level == Level::Deep { "deep" } else { "ci" }));
    each(outcome, own.iter(), std::slice::from_ref(&level))?;
    count(outcome, process::cargo().args(["test", "--no-fail-fast", "--doc"]).args(OWN))?;

    let tools = Tools::install()?;
    let server = Server::start()?;
    let server = ("ROLECALL_TEST_POSTGRES", OsString::from(server.address()));
    each(outcome, own.iter().filter(|program| is_of_server(program)), &[level.clone(), server.clone()])?;

    process::run(process::cargo().args(["build", "--package", "rolecall"]))?;
    let binary = ("ROLECALL_BINARY", process::target().join("debug").join("rolecall").into_os_string());
    let tools = ("ROLECALL_E2E_TOOLS", tools.directory().as_os_str().to_owned());
    each(outcome, programs::build(&["--package", FOREIGN])?.iter(), &[level, server, binary, tools])
}

/// Whether its tests run once more against a PostgreSQL server.
fn is_of_server(program: &Program) -> bool {
    match program.package.as_str() {
        "rolecall-store" | "rolecall-engine" => true,
        "rolecall" => program.target == "hub",
        _ => false,
    }
}

type Variable = (&'static str, OsString);

fn each<'a>(
    outcome: &mut Outcome,
    programs: impl Iterator<Item = &'a Program>,
    variables: &[Variable],
) -> Result<(), Failure> {
    for program in programs {
        println!("{} {}", program.package, program.target);
        count(outcome, program.command().envs(variables.iter().cloned()))?;
    }
    Ok(())
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
