//! What the hub's pages cost on a large organisation, from a load generator in a process of its own.
//!
//! The organisation is that of `bench query`: 200,000 users, a million memberships, 120,000 grants, and a second sync in
//! which a few thousand memberships changed. It is asked twice: by fifty people who click about once a second, and by
//! fifty connections that never wait, which says how much there is in reserve.
//!
//! | question | file |
//! |---|---|
//! | which pages, and what is printed? | here |
//! | how is a load made and counted? | `load` |
//! | how is a hub started, and signed in to? | `served` |

mod load;
mod served;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

use super::{directory_empty, measured};
use crate::process::{self, Failure};
use load::{Load, Pace};
pub(super) use served::Served;

/// In percent of 200,000 users and a million memberships.
const FULL: &str = "100";

/// What is measured: how it is called, and its addresses; `%d` stands for a number below the last.
const PAGES: [(&str, &str, u32); 6] = [
    ("overview", "/", 1),
    ("package page", "/explore/resource?name=npm:measure:@measure/package-%05d&action=publish", 400),
    ("account page", "/explore/account?name=npm:measure:member-%06d", 2_000),
    ("search", "/explore?q=package-%03d", 400),
    ("changes", "/changes?text=member-%03d", 200),
    ("connectors", "/connectors", 1),
];

/// Measures at another scale than the full one, where it is given.
pub(super) fn run(scale: &[&str]) -> Result<(), Failure> {
    let scale = match scale {
        [] => FULL,
        [scale] => scale,
        [_, more @ ..] => return Err(Failure::new(format!("`{}` is too much: there is one scale", more.join(" ")))),
    };
    let percent: u32 = scale.parse().map_err(|_| Failure::new(format!("`{scale}` is no percentage")))?;
    Load::install()?;
    process::run(process::cargo().args(["build", "--release", "--package", "rolecall"]))?;
    process::run(process::cargo().args(["build", "--release", "--package", "rolecall-engine", "--example", "query"]))?;
    let release = process::target().join("release");
    let directory = directory_empty()?;
    for step in ["load", "later"] {
        organization(&release.join("examples").join("query"), step, &directory, scale)?;
    }
    let hub = Served::first(&release.join("rolecall"), &directory)?;
    println!("| page | people | requests/s | p50 ms | p99 ms | without waiting: requests/s | p99 ms |");
    println!("|---|---|---|---|---|---|---|");
    for (name, path, variety) in PAGES {
        let load = Load { hub: &hub, path, variety: (variety * percent).max(1), directory: &directory };
        // The first answer after a start makes what the others are answered from.
        hub.page(&path.replace("%05d", "00000").replace("%06d", "000000").replace("%03d", "000"))?;
        let (clicking, hurried) = (load.run(Pace::People)?, load.run(Pace::Unceasing)?);
        println!(
            "| {name} | {} | {:.0} | {:.1} | {:.1} | {:.0} | {:.1} |",
            load::CONNECTIONS,
            clicking.per_second,
            clicking.median,
            clicking.p99,
            hurried.per_second,
            hurried.p99
        );
    }
    println!("\nThe hub held {} MB at the most.", hub.memory_peak()? / (1024 * 1024));
    let again = hub.again()?;
    let (served, page) = again.started("/explore/resource?name=npm:measure:@measure/package-00000&action=publish")?;
    println!("Started again, it is served after {served:.2} s, and the first package page is there after {page:.2} s.");
    Ok(())
}

/// Makes the organisation, or changes it.
fn organization(binary: &Path, step: &str, directory: &PathBuf, scale: &str) -> Result<Json, Failure> {
    Ok(measured(Command::new(binary).arg(step).arg(directory).arg(scale))?.answer)
}
