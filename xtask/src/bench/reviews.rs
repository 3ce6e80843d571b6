//! What a review of twenty thousand grants costs: counting, staging and starting it, and the page of its reviewer.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::{Value as Json, json};

use super::hub::Served;
use super::{directory_empty, measured, programs};
use crate::process::Failure;

const TEAMS: usize = 85;
const TEAM_SIZE: usize = 200;
const MEMBERS: usize = 3_000;
const NAME: &str = "Everything";
/// How often the reviewer's page is opened, at other places each time.
const PAGES: u32 = 200;
const PAGE_STEP: u32 = 100;

/// Measures.
pub(super) fn run() -> Result<(), Failure> {
    let (binary, history) = programs()?;
    let directory = directory_empty()?;
    let bench = Bench { binary: &binary, database: directory.join("rolecall.db") };
    bench.load(&history)?;
    // Whoever reviews has to be known: the hub's first administrator.
    let hub = Served::first(&binary, &directory)?;
    let made = bench.step("written", &["reviews", "create", NAME, "--fallback", "ada", "--owner", "ada"])?;
    let id = made.get("id").and_then(Json::as_str).unwrap_or_default().to_owned();
    println!("| what | wall s | CPU s | memory MB |\n|---|---|---|---|");
    let counted = bench.told("scope counted", &["reviews", "scope", NAME])?;
    bench.told("staged", &["reviews", "stage", NAME])?;
    bench.told("started", &["reviews", "start", NAME])?;
    bench.told("all grants as JSON", &["reviews", "items", NAME])?;
    println!("\n{} grants.", counted.get("grants").and_then(Json::as_u64).unwrap_or_default());
    page(&hub, &format!("/reviews/{id}/decide"))
}

/// Opens the reviewer's page again and again.
fn page(hub: &Served, path: &str) -> Result<(), Failure> {
    // The first answer after a start makes what the others are answered from.
    let begun = Instant::now();
    hub.page(path)?;
    let first = begun.elapsed();
    let mut took = Vec::new();
    for number in 0..PAGES {
        let begun = Instant::now();
        hub.page(&format!("{path}?after={}", number * PAGE_STEP))?;
        took.push(begun.elapsed());
    }
    took.sort();
    let of =
        |percent: usize| took.get((took.len() - 1) * percent / 100).copied().unwrap_or_default().as_secs_f64() * 1e3;
    let first = first.as_secs_f64() * 1e3;
    println!("Reviewer's page: {:.1} ms (median), {:.1} ms (p99); the first one {first:.1} ms.", of(50), of(99));
    Ok(())
}

struct Bench<'b> {
    binary: &'b Path,
    database: PathBuf,
}

impl Bench<'_> {
    fn load(&self, history: &Path) -> Result<(), Failure> {
        let task = json!({
            "database": self.database,
            "size": { "members": MEMBERS, "teams": TEAMS, "teamSize": TEAM_SIZE },
            "step": { "sync": { "day": 0, "changes": 0 } },
        });
        measured(Command::new(history).arg(task.to_string())).map(drop)
    }

    fn step(&self, what: &str, arguments: &[&str]) -> Result<Json, Failure> {
        self.run(arguments).map(|used| used.answer).map_err(|error| Failure::new(format!("{what}: {error}")))
    }

    fn told(&self, what: &str, arguments: &[&str]) -> Result<Json, Failure> {
        let used = self.run(arguments)?;
        println!("| {what} | {} |", used.figures());
        Ok(used.answer)
    }

    fn run(&self, arguments: &[&str]) -> Result<super::Used, Failure> {
        let mut command = Command::new(self.binary);
        command.arg("--database").arg(&self.database).args(arguments).args(["--format", "json"]).env("USER", "ada");
        measured(&mut command)
    }
}
