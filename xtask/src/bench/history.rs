//! What it costs to make snapshots current, to keep them, and to load the graph as it was: on both engines.
//!
//! Each step is a process of its own (`crates/engine/examples/history`). Of a server, the processor time of the
//! processes behind the connections is told beside; its memory is what it was configured to use.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value as Json, json};

use super::{Used, directory_empty, measured};
use crate::process::{self, Failure};
use crate::tools::postgres::Server;

/// Memberships of teams of the organisation of which single snapshots are measured; a tenth of it is read daily.
const GRANTS: usize = 1_000_000;
const DAYS: usize = 365;

/// Of so many grants one changes in the snapshot with changes, and daily.
const SNAPSHOT_CHANGES: usize = 100;
const DAILY_CHANGES: usize = 500;

/// Measures with other numbers of grants and days, where they are given.
pub(super) fn run(numbers: &[&str]) -> Result<(), Failure> {
    let number = |place: usize, usual: usize| match numbers.get(place) {
        None => Ok(usual),
        Some(text) => text.parse().map_err(|_| Failure::new(format!("`{text}` is not a number"))),
    };
    let (grants, days) = (number(0, GRANTS)?, number(1, DAYS)?);
    let build = ["build", "--release", "--package", "rolecall-engine", "--example", "history"];
    process::run(process::cargo().args(build))?;
    let binary = process::target().join("release").join("examples").join("history");
    let server = Server::start_as_shipped()?;
    println!(
        "| {grants} grants | compared s | made current s | facts/s | CPU s | server's CPU s | memory MB | grew by |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for place in places("snapshot", &server)? {
        snapshots(&Bench { binary: &binary, place, size: Size { grants, team_size: 1000 } })?;
    }
    println!("\n| {days} daily syncs | |\n|---|---|");
    for place in places("year", &server)? {
        year(&Bench { binary: &binary, place, size: Size { grants: grants / 10, team_size: 200 } }, days)?;
    }
    Ok(())
}

/// The input alone, the first snapshot, an unchanged one, one with changes, and the graph as of each.
fn snapshots(bench: &Bench<'_>) -> Result<(), Failure> {
    let engine = bench.place.engine();
    let input = bench.step(&json!("input"))?;
    println!("| {engine}: the input alone | | | | {} | |", input.used());
    let changes = bench.size.grants / SNAPSHOT_CHANGES;
    for (day, changes, what) in [(0, 0, "first"), (1, 0, "unchanged"), (2, changes, "1 % changed")] {
        let before = bench.place.bytes()?;
        let sync = bench.step(&json!({ "sync": { "day": day, "changes": changes } }))?;
        let (compared, written, facts) = (sync.number("compared"), sync.number("written"), sync.number("facts"));
        let grew = in_words(bench.place.bytes()?.saturating_sub(before));
        let rate = facts / written;
        println!("| {engine}: {what} | {compared:.2} | {written:.2} | {rate:.0} | {} | {grew} |", sync.used());
    }
    for (day, what) in [(None, "present"), (Some(0), "as of the first"), (Some(2), "as of the last")] {
        let load = bench.step(&json!({ "load": { "day": day } }))?;
        println!("| {engine}: graph, {what} | | {:.2} | | {} | |", load.number("loaded"), load.used());
    }
    Ok(())
}

/// Daily syncs, what they leave behind, and the graph as of the first, the middle and the last of them.
fn year(bench: &Bench<'_>, days: usize) -> Result<(), Failure> {
    let engine = bench.place.engine();
    let changes = bench.size.grants / DAILY_CHANGES;
    bench.step(&json!({ "sync": { "day": 0, "changes": 0 } }))?;
    let first = bench.place.bytes()?;
    let year = bench.step(&json!({ "year": { "days": days, "changes": changes } }))?;
    let (altered, grew) = (year.number("altered"), bench.place.bytes()?.saturating_sub(first));
    println!("| {engine}: after the first sync | {} |", in_words(first));
    println!("| {engine}: after the last one | {} |", in_words(first + grew));
    println!("| {engine}: facts that changed | {altered:.0} |");
    #[expect(clippy::cast_precision_loss, reason = "it is printed with three digits")]
    let per_change = grew as f64 / altered;
    println!("| {engine}: bytes for each | {per_change:.0} |");
    let seconds = |name| format!("{:.3} s", year.number(name));
    println!("| {engine}: a day made current, median, longest | {}, {} |", seconds("median"), seconds("longest"));
    println!("| {engine}: all days, wall, CPU s, server's CPU s, memory MB | {:.0} s, {} |", year.wall(), year.used());
    let (middle, last) = (days / 2, days.saturating_sub(1));
    for (day, what) in [(None, "present"), (Some(0), "first day"), (Some(middle), "middle"), (Some(last), "last day")] {
        let load = bench.step(&json!({ "load": { "day": day } }))?;
        println!("| {engine}: graph, {what} | {:.3} s |", load.number("loaded"));
    }
    Ok(())
}

/// A program that measures, and what it is to measure with.
struct Bench<'s> {
    binary: &'s Path,
    place: Place<'s>,
    size: Size,
}

/// An organisation of so many memberships.
#[derive(Clone, Copy)]
struct Size {
    grants: usize,
    team_size: usize,
}

impl Size {
    /// Twenty members for each team, and so many that somebody is left who can join one.
    fn to_json(self) -> Json {
        let teams = (self.grants / self.team_size).max(1);
        json!({ "members": (teams * 20).max(self.team_size * 2), "teams": teams, "teamSize": self.team_size })
    }
}

/// What a step took.
struct Step {
    process: Used,
    /// Of the server behind it, in seconds.
    server: Option<f64>,
}

impl Bench<'_> {
    fn step(&self, step: &Json) -> Result<Step, Failure> {
        let task = json!({ "database": self.place.address(), "size": self.size.to_json(), "step": step });
        let before = self.place.server_cpu();
        let process = measured(Command::new(self.binary).arg(task.to_string()))?;
        self.place.settle()?;
        let server = self.place.server_cpu().zip(before).map(|(after, before)| after - before);
        self.place.tidy()?;
        Ok(Step { process, server })
    }
}

impl Step {
    fn number(&self, name: &str) -> f64 {
        self.process.answer[name].as_f64().unwrap_or_default()
    }

    fn wall(&self) -> f64 {
        self.process.wall.as_secs_f64()
    }

    /// Processor time of both sides, and memory.
    fn used(&self) -> String {
        let server = self.server.map(|seconds| format!("{seconds:.2}")).unwrap_or_default();
        format!("{:.2} | {server} | {}", self.process.cpu.as_secs_f64(), self.process.memory / (1024 * 1024))
    }
}

/// A database on one of the engines.
enum Place<'s> {
    File(PathBuf),
    Server(&'s Server, &'static str),
}

/// An empty database on each engine.
fn places<'s>(name: &'static str, server: &'s Server) -> Result<[Place<'s>; 2], Failure> {
    server.query("postgres", &format!("create database {name}"))?;
    Ok([Place::File(directory_empty()?.join("rolecall.db")), Place::Server(server, name)])
}

impl Place<'_> {
    const fn engine(&self) -> &'static str {
        match self {
            Self::File(_) => "SQLite",
            Self::Server(..) => "PostgreSQL",
        }
    }

    fn address(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Server(server, name) => server.address_of(name),
        }
    }

    /// The whole database's, its log included.
    fn bytes(&self) -> Result<u64, Failure> {
        match self {
            Self::File(path) => {
                let log = path.with_extension("db-wal");
                let length = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
                Ok(length(path) + length(&log))
            }
            Self::Server(server, name) => {
                let bytes = server.query(name, &format!("select pg_database_size('{name}')"))?;
                bytes.parse().map_err(|_| Failure::new(format!("`{bytes}` is no size of a database")))
            }
        }
    }

    fn server_cpu(&self) -> Option<f64> {
        match self {
            Self::File(_) => None,
            Self::Server(server, _) => server.cpu(),
        }
    }

    /// Waits until the server's side of a process that ended has ended too, so that it is counted.
    fn settle(&self) -> Result<(), Failure> {
        let Self::Server(server, name) = self else { return Ok(()) };
        let others = "select count(*) from pg_stat_activity where datname = current_database() \
                      and backend_type = 'client backend' and pid <> pg_backend_pid()";
        while server.query(name, others)? != "0" {}
        Ok(())
    }

    /// What autovacuum would do within a minute is done at once.
    fn tidy(&self) -> Result<(), Failure> {
        let Self::Server(server, name) = self else { return Ok(()) };
        server.query(name, "vacuum analyze").map(drop)
    }
}

fn in_words(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "it is printed with four digits")]
    let megabytes = bytes as f64 / (1024.0 * 1024.0);
    format!("{megabytes:.2} MB")
}
