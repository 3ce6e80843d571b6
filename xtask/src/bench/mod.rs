//! `cargo xtask bench`: what things cost, as whole processes on this machine, counted by the operating system.
//!
//! | question | file |
//! |---|---|
//! | what does a sync cost, and an answer? | `sync` |
//! | what does it cost to keep the history, and to ask about the past? | `history` |
//! | what does a query cost, beside other engines on the same data? | `query` |
//! | what does it cost to evaluate rules? | `rules` |
//! | what do files of baton's world cost? | `baton` |
//! | what does a review of access cost? | `reviews` |
//! | what do the hub's pages cost, to many people at once? | `hub` |

mod baton;
mod history;
mod hub;
mod query;
mod reviews;
mod rules;
mod sync;

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use wait4::Wait4;

use crate::process::{self, Failure};

/// Measures everything, or what is named, and prints tables.
pub(crate) fn run(options: &[&str]) -> Result<(), Failure> {
    match options {
        [] => {
            sync::run()?;
            history::run(&[])?;
            query::run(&[])?;
            rules::run(&[])?;
            baton::run()?;
            reviews::run()?;
            hub::run(&[])
        }
        ["sync"] => sync::run(),
        ["history", numbers @ ..] => history::run(numbers),
        ["query", scale @ ..] => query::run(scale),
        ["rules", numbers @ ..] => rules::run(numbers),
        ["baton"] => baton::run(),
        ["reviews"] => reviews::run(),
        ["hub", scale @ ..] => hub::run(scale),
        other => Err(Failure::new(format!("`bench {}` measures nothing; see `cargo xtask help`", other.join(" ")))),
    }
}

/// What a process used, and printed.
struct Used {
    wall: Duration,
    cpu: Duration,
    /// Bytes, at the most.
    memory: u64,
    answer: Json,
}

impl Used {
    fn figures(&self) -> String {
        let memory = self.memory / (1024 * 1024);
        format!("{:.2} | {:.2} | {memory}", self.wall.as_secs_f64(), self.cpu.as_secs_f64())
    }
}

/// Runs to the end, and counts what it took.
fn measured(command: &mut Command) -> Result<Used, Failure> {
    let program = PathBuf::from(command.get_program());
    let started = Instant::now();
    let piped = command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = piped.spawn().map_err(|error| Failure::io("start", &program, &error))?;
    let mut printed = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut printed).map_err(|error| Failure::io("read from", &program, &error))?;
    }
    let used = child.wait4().map_err(|error| Failure::io("await", &program, &error))?;
    if !used.status.success() {
        return Err(Failure::new(format!("`{}` ended with {}", process::spelled(command), used.status)));
    }
    Ok(Used {
        wall: started.elapsed(),
        cpu: used.rusage.utime + used.rusage.stime,
        memory: used.rusage.maxrss,
        answer: serde_json::from_str(&printed).unwrap_or_default(),
    })
}

/// Builds the program, and the example that makes organisations of any size.
fn programs() -> Result<(PathBuf, PathBuf), Failure> {
    process::run(process::cargo().args(["build", "--release", "--package", "rolecall"]))?;
    let example = ["build", "--release", "--package", "rolecall-engine", "--example", "history"];
    process::run(process::cargo().args(example))?;
    let release = process::target().join("release");
    Ok((release.join("rolecall"), release.join("examples").join("history")))
}

/// A directory with nothing in it.
fn directory_empty() -> Result<PathBuf, Failure> {
    let directory = process::target().join("bench");
    if directory.exists() {
        std::fs::remove_dir_all(&directory).map_err(|error| Failure::io("remove", &directory, &error))?;
    }
    std::fs::create_dir_all(&directory).map_err(|error| Failure::io("create", &directory, &error))?;
    Ok(directory)
}
