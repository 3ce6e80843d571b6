//! What it costs to load a large organisation and to ask about it, beside SQLite, ladybug and DuckDB on the same data.
//!
//! The organisation is generated (`crates/engine/examples/query`). Each engine is asked in a process of its own, one
//! after the other, and the answers have to be the same. The peers are asked from Python (`peers.py`), as their makers
//! offer it, and keep everything in memory; one that cannot be installed here is left out, and it says why.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

use super::{directory_empty, measured};
use crate::process::{self, Failure};
use crate::tools::python;

/// In percent: 200,000 users and a million memberships.
const FULL: &str = "100";

/// What `peers.py` calls them, and what is installed for them, where anything is.
const PEERS: [(&str, Option<&str>); 3] =
    [("sqlite", None), ("ladybug", Some("ladybug>=0.22,<0.23")), ("duckdb", Some("duckdb>=2.0,<2.1"))];

/// What is measured: how it is called, the place of the number in what an engine tells, and how many decimals are shown.
const FIGURES: [(&str, &str, usize); 8] = [
    ("load, s", "/load", 2),
    ("*who can publish P*, median, ms", "/who/median", 3),
    ("*who can publish P*, p99, ms", "/who/p99", 3),
    ("*what can U publish*, median, ms", "/what/median", 3),
    ("*what can U publish*, p99, ms", "/what/p99", 3),
    ("all pairs counted, s", "/pairs/seconds", 3),
    ("top 10 without second factor, s", "/top/seconds", 3),
    ("memory, MB", "/memory", 0),
];

/// What every engine has to tell alike.
const ANSWERS: [(&str, &str); 6] = [
    ("how many can publish", "/who/rows"),
    ("who can publish", "/who/digest"),
    ("how much can be published", "/what/rows"),
    ("what can be published", "/what/digest"),
    ("the number of pairs", "/pairs/count"),
    ("the top 10", "/top/rows"),
];

/// Measures at another scale than the full one, where it is given.
pub(super) fn run(scale: &[&str]) -> Result<(), Failure> {
    let scale = match scale {
        [] => FULL,
        [scale] => scale,
        [_, more @ ..] => return Err(Failure::new(format!("`{}` is too much: there is one scale", more.join(" ")))),
    };
    let build = ["build", "--release", "--package", "rolecall-engine", "--example", "query"];
    process::run(process::cargo().args(build))?;
    let bench = Bench {
        binary: process::target().join("release").join("examples").join("query"),
        directory: directory_empty()?.join("query"),
    };
    let size = bench.step(&["generate"], &[scale])?;
    println!("{}\n", size_in_words(&size));
    let (mut engines, mut missing) = (Vec::new(), Vec::new());
    for (name, wanted) in PEERS {
        match wanted.map_or_else(|| Ok("python3".into()), |wanted| python::peer(name, wanted)) {
            Ok(python) => engines.push(bench.peer(&python, name)?),
            Err(failure) => missing.push(format!("{name} is left out: {failure}")),
        }
    }
    bench.step(&["load"], &[scale])?;
    let ours = bench.step(&["measure"], &[]);
    if let Ok(ours) = &ours {
        engines.insert(0, ours.clone());
    }
    print_table(&engines, ours.as_ref().ok());
    // The first load makes the image that the second one reads.
    let (without, with) = (bench.step(&["image"], &[])?, bench.step(&["image"], &[])?);
    println!("\n{}", images_in_words(&without, &with));
    for sentence in &missing {
        println!("\n{sentence}");
    }
    // Figures without the same answers are worth nothing, also where ours are missing.
    compare(&engines)?;
    ours.map(drop)
}

/// A program that measures, and where the data are.
struct Bench {
    binary: PathBuf,
    directory: PathBuf,
}

impl Bench {
    fn step(&self, before: &[&str], behind: &[&str]) -> Result<Json, Failure> {
        told(Command::new(&self.binary).args(before).arg(&self.directory).args(behind))
    }

    fn peer(&self, python: &Path, name: &str) -> Result<Json, Failure> {
        let program = process::root().join("xtask").join("src").join("bench").join("peers.py");
        told(Command::new(python).arg(program).arg(name).arg(&self.directory))
    }
}

/// What a process tells, and the memory it used, in megabytes.
fn told(command: &mut Command) -> Result<Json, Failure> {
    let used = measured(command)?;
    let Json::Object(mut answer) = used.answer else {
        return Err(Failure::new(format!("`{}` did not tell what it measured", process::spelled(command))));
    };
    answer.insert("memory".to_owned(), Json::from(used.memory / (1024 * 1024)));
    Ok(Json::Object(answer))
}

fn size_in_words(size: &Json) -> String {
    let number = |name: &str| size[name].as_u64().unwrap_or_default();
    format!(
        "{} users, {} teams, {} memberships, {} packages, {} grants of which {} to publish",
        number("users"),
        number("teams"),
        number("memberships"),
        number("packages"),
        number("grants"),
        number("write"),
    )
}

/// What a graph image is worth.
fn images_in_words(without: &Json, with: &Json) -> String {
    let told = |step: &Json| {
        let number = |name: &str| step[name].as_f64().unwrap_or_default();
        format!("{:.2} s and {:.0} MB", number("load"), number("memory"))
    };
    let size = with["image"].as_u64().unwrap_or_default() / (1024 * 1024);
    let source =
        if with["from_image"] == true { "from the image" } else { "again from the database, for there was no image" };
    format!(
        "ready to be asked: {} from the database, with making the image ({size} MB); {} {source}",
        told(without),
        told(with)
    )
}

/// Each engine's figures, and how many times ours they are.
fn print_table(engines: &[Json], ours: Option<&Json>) {
    let text = |engine: &Json, name: &str| engine[name].as_str().unwrap_or_default().to_owned();
    let titles = engines.iter().map(|engine| format!(" {} {} |", text(engine, "engine"), text(engine, "version")));
    println!("| what |{}", titles.collect::<String>());
    println!("|---|{}", "---|".repeat(engines.len()));
    for (what, place, decimals) in FIGURES {
        let figure = |engine: &Json| engine.pointer(place).and_then(Json::as_f64);
        let cell = |engine: &Json| {
            let Some(value) = figure(engine) else { return " |".to_owned() };
            let ratio = ours.filter(|ours| *ours != engine).and_then(figure).map(|ours| ratio(value, ours));
            format!(" {value:.decimals$}{} |", ratio.unwrap_or_default())
        };
        println!("| {what} |{}", engines.iter().map(cell).collect::<String>());
    }
}

/// How many times ours, with two digits.
fn ratio(value: f64, ours: f64) -> String {
    let times = value / ours;
    match times {
        _ if !times.is_finite() => String::new(),
        _ if times < 9.95 => format!(" (× {times:.1})"),
        _ => format!(" (× {times:.0})"),
    }
}

/// Whether all of them found the same.
fn compare(engines: &[Json]) -> Result<(), Failure> {
    let Some((first, others)) = engines.split_first() else { return Ok(()) };
    for other in others {
        for (what, place) in ANSWERS {
            let (one, two) = (first.pointer(place), other.pointer(place));
            if one.is_none() || one != two {
                let (first, other) = (&first["engine"], &other["engine"]);
                return Err(Failure::new(format!("{first} and {other} do not agree about {what}: {one:?}, {two:?}")));
            }
        }
    }
    println!("\nAll {} gave the same answers.", engines.len());
    Ok(())
}
