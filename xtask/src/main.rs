//! The project's own commands: `cargo xtask help` lists them.
//!
//! | question | file |
//! |---|---|
//! | what does `cargo xtask test` run, and in which order? | `test` |
//! | what is checked beside the tests? | `lint` |
//! | what is in the archive that people get, and is it the same every time? | `dist` |
//! | which programs hold the tests, and how are they built once? | `programs` |
//! | how are the results of many test binaries added up? | `tally` |
//! | which foreign programs do the tests need, and how are they installed? | `tools` |
//! | what do a sync, the history, a query, rules and a page cost? | `bench` |
//! | how is a command run, and how does its failure read? | `process` |
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the terminal is this program's only interface")]

mod bench;
mod dist;
mod failures;
mod lint;
mod process;
mod programs;
mod tally;
mod test;
mod tools;

use std::process::ExitCode;

use process::Failure;
use test::Level;

const HELP: &str = "\
The project's own commands.

    cargo xtask test    install what the tests need, run every test, end with the count
                        (--deep: with every case, not a selection; takes longer)
    cargo xtask lint    formatting and clippy, warnings are errors
    cargo xtask bench   what syncs, answers, the history, queries, rules and pages cost on this machine (docs/BENCHMARKS.md)
                        (`bench sync`, `bench history`, `bench query`, `bench rules`, `bench baton`, `bench reviews` and `bench hub` alone; `bench history GRANTS [DAYS]`: of
                        another size than a million grants and a year, such as 10000 7 for trying it out;
                        `bench query PERCENT` and `bench hub PERCENT`: of so much of 200,000 users and a million memberships, such as 1)
    cargo xtask dist    what people get, for this platform, into dist/: the archive with binary, manual and
                        completions, the list of packages in it, and digests; takes about ten minutes
                        (--debug: with a binary that is not optimised, for trying this out;
                        --dynamic: with one that needs this system's shared libraries)
    cargo xtask help    this text

`test` keeps the programs it installs in target/e2e-tools; delete that folder to get newer ones.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => return test::run(Level::Ci),
        ["test", "--deep"] => return test::run(Level::Deep),
        ["lint"] => lint::run(),
        ["bench", options @ ..] => bench::run(options),
        ["dist", options @ ..] => dist::run(options),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(Failure::new(format!("`{}` is not a command; see `cargo xtask help`", other.join(" ")))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
