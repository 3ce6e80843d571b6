//! What it costs to evaluate a thousand rules, and the built-in ones, on an organisation of a hundred thousand memberships.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value as Json, json};

use super::{directory_empty, measured, programs};
use crate::process::Failure;

const MEMBERSHIPS: usize = 100_000;
const TEAM_SIZE: usize = 200;
const RULES: usize = 1_000;

/// Measures with another number of rules, where it is given; and with `everybody`, where a quarter of the rules list every
/// account there is instead of those of one team.
pub(super) fn run(words: &[&str]) -> Result<(), Failure> {
    let is_harsh = words.contains(&"everybody");
    let rules = match words.iter().find(|word| **word != "everybody") {
        None => RULES,
        Some(text) => text.parse().map_err(|_| Failure::new(format!("`{text}` is not a number")))?,
    };
    let (binary, history) = programs()?;
    let directory = directory_empty()?;
    let bench = Bench { binary: &binary, database: directory.join("rules.db") };
    bench.load(&history)?;
    let file = directory.join("rules.json");
    let written =
        serde_json::to_string(&(0..rules).map(|number| rule(number, is_harsh)).collect::<Vec<_>>()).unwrap_or_default();
    std::fs::write(&file, written).map_err(|error| Failure::io("write", &file, &error))?;
    println!("| {rules} rules, {MEMBERSHIPS} memberships | wall s | CPU s | memory MB |\n|---|---|---|---|");
    let file = file.to_string_lossy().into_owned();
    bench.step("kept", &["rules", "import", &file, "--format", "json"])?;
    bench.step("evaluated for the first time", &["rules", "evaluate", "--format", "json"])?;
    bench.step("evaluated again, nothing new", &["rules", "evaluate", "--format", "json"])?;
    bench.step("findings listed", &["findings", "--format", "json"])
}

struct Bench<'b> {
    binary: &'b Path,
    database: PathBuf,
}

impl Bench<'_> {
    fn load(&self, history: &Path) -> Result<(), Failure> {
        let teams = MEMBERSHIPS / TEAM_SIZE;
        let task = json!({
            "database": self.database,
            "size": { "members": teams * 20, "teams": teams, "teamSize": TEAM_SIZE },
            "step": { "sync": { "day": 0, "changes": 0 } },
        });
        measured(Command::new(history).arg(task.to_string())).map(drop)
    }

    fn step(&self, what: &str, arguments: &[&str]) -> Result<(), Failure> {
        let used = measured(Command::new(self.binary).arg("--database").arg(&self.database).args(arguments))?;
        println!("| {what} | {} |", used.figures());
        Ok(())
    }
}

/// Rules of four kinds, each with something of its own to look for.
fn rule(number: usize, is_harsh: bool) -> Json {
    let (query, trigger) = match number % 4 {
        0 => ("FIND npm_user WITH admin = true".to_owned(), json!({ "newRows": {} })),
        1 => (
            format!(
                "FIND npm_team AS t THAT HAS npm_user AS u RETURN t.name AS team, count(u) AS members HAVING members > {}",
                number % 300
            ),
            json!({ "result": {} }),
        ),
        2 if is_harsh => (
            "FIND npm_user WITH role != undefined".to_owned(),
            json!({ "propertyChanged": { "properties": ["role"] } }),
        ),
        2 => (
            format!(
                "FIND npm_user WITH role != undefined THAT HAS npm_team WITH id = 'measure/team-{:04}'",
                number % (MEMBERSHIPS / TEAM_SIZE)
            ),
            json!({ "propertyChanged": { "properties": ["role"] } }),
        ),
        _ => (format!("FIND npm_user WITH username ~= /{}$/ THAT HAS npm_team", number % 1000), json!("countChanged")),
    };
    json!({
        "name": format!("rule {number}"),
        "severity": "medium",
        "interval": "ON_SNAPSHOT",
        "subject": { "queries": [{ "name": "query0", "query": query }] },
        "trigger": trigger,
    })
}
